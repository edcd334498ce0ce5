import AjvCompiler from '@fastify/ajv-compiler'
import type { FastifySchemaCompiler } from 'fastify'
import type { TObject } from 'typebox'

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
 * of the start. Texts become numbers, single values become lists, and all complaints are given. Of a query only what the route names
 * is left: nobody has checked the rest.
 */
export function lazyValidator(): FastifySchemaCompiler<unknown> {
  const compile = AjvCompiler()(
    {},
    { customOptions: { allErrors: true, removeAdditional: false, coerceTypes: 'array', useDefaults: true } },
  )
  return (route) => {
    const { schema, httpPart } = route
    let check: Check | undefined
    const validate: Check = (data) => {
      check ??= compile(route as Parameters<typeof compile>[0]) as unknown as Check
      const fits = check(data)
      validate.errors = check.errors
      if (fits && httpPart === 'querystring') keepNamed(data as Record<string, unknown>, (schema as TObject).properties)
      return fits
    }
    return validate as ReturnType<FastifySchemaCompiler<unknown>>
  }
}

function keepNamed(query: Record<string, unknown>, properties: TObject['properties']): void {
  for (const name of Object.keys(query)) if (!Object.hasOwn(properties, name)) delete query[name]
}
