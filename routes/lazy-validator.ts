import AjvCompiler from '@fastify/ajv-compiler'
import type { FastifySchemaCompiler } from 'fastify'

/** A check as Fastify calls it: false, and `errors`, where the data does not fit. */
interface Check {
  (data: unknown): boolean
  errors?: unknown
}

const COMPLAINTS = 20

/** A check of a body that was read by hand: the body as its type, or the complaints as Fastify has them. */
export function bodyCheck(schema: object): <T>(body: unknown) => T {
  const check = lazyValidator()({ schema, method: 'POST', url: '', httpPart: 'body' }) as unknown as Check
  return <T>(body: unknown): T => {
    if (check(body)) return body as T
    const validation = (check.errors as readonly unknown[]).slice(0, COMPLAINTS)
    throw Object.assign(new Error('the body is not valid'), { validation, validationContext: 'body' })
  }
}

/**
 * Fastify's own validator (Ajv), compiled when a route is first asked for: all of them together would cost a tenth of a second
 * of the start. Texts become numbers, single values become lists, and all complaints are given.
 */
export function lazyValidator(): FastifySchemaCompiler<unknown> {
  const compile = AjvCompiler()(
    {},
    { customOptions: { allErrors: true, removeAdditional: false, coerceTypes: 'array', useDefaults: true } },
  )
  return (route) => {
    let check: Check | undefined
    const validate: Check = (data) => {
      check ??= compile(route as Parameters<typeof compile>[0]) as unknown as Check
      const fits = check(data)
      validate.errors = check.errors
      return fits
    }
    return validate as ReturnType<FastifySchemaCompiler<unknown>>
  }
}
