import { component, errorAnswers } from './answers.ts'

const ERRORS: Readonly<Record<number, string>> = {
  400: 'A condition or a body that cannot be understood.',
  401: 'Credentials are needed: `Authorization: Bearer KEY`.',
  403: 'Writing is off, these credentials do not allow it, or the operator does not allow this place.',
  404: 'No such mosaic, or no such folder, bucket or table.',
  405: 'Mosaics of this kind are only read.',
  409: 'It is there already and may not be overwritten.',
  412: 'The mosaic is not the one that If-Match or If-None-Match names.',
  413: 'The body, or the mosaic that comes of it, is above a limit.',
  422: 'A parameter, a document or a feature that is not valid; the answer says where.',
  503: 'Too much is under way, or the issuer of tokens cannot be reached: try again after Retry-After seconds.',
}

/** The errors of routes that write. */
export const writeErrors = {
  ...errorAnswers,
  ...Object.fromEntries(
    Object.entries(ERRORS).map(([status, description]) => [
      status,
      { description, content: { 'application/json': { schema: component('Error') } } },
    ]),
  ),
}

/** Bearer keys or tokens. */
export const bySecurity = { security: [{ writer: [] }] }
