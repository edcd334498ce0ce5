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
  return (route) => {
    const { schema, httpPart } = route
    let check: Check | undefined
    const validate: Check = (data) => {
      check ??= compiler()(route as Parameters<Compile>[0]) as unknown as Check
      const fits = check(data)
      validate.errors = check.errors
      if (fits && httpPart === 'querystring') keepNamed(data as Record<string, unknown>, (schema as TObject).properties)
      return fits
    }
    return validate as ReturnType<FastifySchemaCompiler<unknown>>
  }
}

type Compile = ReturnType<ReturnType<typeof AjvCompiler>>

let compile: Compile | undefined

/** One for all routes. Schemas are checked by the tests of the description, not at every start: Ajv's schema of schemas takes 25 ms to compile. */
function compiler(): Compile {
  const options = { allErrors: true, removeAdditional: false, coerceTypes: 'array', useDefaults: true } as const
  compile ??= AjvCompiler()({}, { customOptions: { ...options, meta: false, validateSchema: false } })
  return compile
}

function keepNamed(query: Record<string, unknown>, properties: TObject['properties']): void {
  for (const name of Object.keys(query)) if (!Object.hasOwn(properties, name)) delete query[name]
}
