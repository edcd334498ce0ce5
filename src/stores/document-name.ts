import { ParameterError } from '../errors.ts'

/** A document is written where its name says that it is one, and not over a picture. @returns the name. @throws ParameterError */
export function checkDocumentName(name: string): string {
  if (/\.json(\.gz)?$/i.test(name)) return name
  throw new ParameterError('url', 'url: a mosaic is written to a name that ends with .json or .json.gz')
}
