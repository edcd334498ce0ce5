/** The span of the caller, in another program. */
export interface Parent {
  /** 32 hex digits. */
  readonly traceId: string
  /** 16 hex digits. */
  readonly spanId: string
  readonly sampled: boolean
}

/** Whether the spans of a request are kept. */
export type Sampler = (traceId: string, parent: Parent | undefined) => boolean

/** W3C Trace Context, version 00 and later ones that start alike. undefined: there is none, or none that can be understood. */
export function parseTraceparent(header: string | undefined): Parent | undefined {
  const [, version, traceId, spanId, flags] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/.exec(header?.trim() ?? '') ?? []
  if (version === undefined || version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** OTEL_TRACES_SAMPLER by its name. @throws Error that names the variable */
export function samplerOf(name: string, argument: string | undefined): Sampler {
  const [, ofParent, kind] = /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(name) ?? []
  if (kind === undefined) throw new Error(`OTEL_TRACES_SAMPLER: ${name} is not known`)
  const ratio = kind === 'always_on' ? 1 : kind === 'always_off' ? 0 : ratioOf(argument)
  // Of the id, so that all programs of one trace decide alike.
  const root: Sampler = (traceId) => Number.parseInt(traceId.slice(-8), 16) < ratio * 2 ** 32
  return ofParent === undefined ? root : (traceId, parent) => parent?.sampled ?? root(traceId, parent)
}

function ratioOf(argument: string | undefined): number {
  const ratio = Number(argument || '1')
  if (!(ratio >= 0 && ratio <= 1)) throw new Error('OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1')
  return ratio
}
