/** A JSON value of an OpenAPI document. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export interface JsonObject {
  [key: string]: Json
}

/** A place of the document where the same thing may stand several times. */
interface Use {
  /** Puts something else there. */
  readonly replace: (by: Json) => void
  readonly value: JsonObject
  /** From the best name to the last resort; more than one where another thing has the name already. */
  readonly names: readonly string[]
}

/**
 * The things that stand at `uses`, each once: those that occur at least `atLeast` times are moved into the result under a name, and every
 * use becomes a reference to it. The most frequent one has the first choice of a name.
 */
export function shareParts(uses: readonly Use[], section: string, atLeast: number): JsonObject {
  const groups = new Map<string, Use[]>()
  for (const use of uses) {
    const key = JSON.stringify(use.value)
    groups.set(key, [...(groups.get(key) ?? []), use])
  }
  const shared: JsonObject = {}
  const byFrequency = [...groups.values()].filter((group) => group.length >= atLeast).toSorted((a, b) => b.length - a.length)
  for (const group of byFrequency) {
    const name = freeName(group[0].names, shared)
    shared[name] = group[0].value
    for (const { replace } of group) replace({ $ref: `#/components/${section}/${name}` })
  }
  return Object.fromEntries(Object.entries(shared).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function freeName(names: readonly string[], taken: JsonObject): string {
  const free = names.find((name) => !Object.hasOwn(taken, name))
  if (free !== undefined) return free
  const last = names.at(-1) ?? ''
  for (let count = 2; ; count++) if (!Object.hasOwn(taken, `${last}.${count}`)) return `${last}.${count}`
}

/** Replaces every schema inside `inside` that is one of the components by a reference to it; `components` are as they were before. */
export function referToSchemas(inside: Json, components: ReadonlyMap<string, string>): Json {
  if (Array.isArray(inside)) return inside.map((item) => referToSchemas(item, components))
  if (inside === null || typeof inside !== 'object') return inside
  return Object.fromEntries(
    Object.entries(inside).map(([key, value]) => {
      const name = components.get(JSON.stringify(value))
      return [key, name === undefined ? referToSchemas(value, components) : { $ref: `#/components/schemas/${name}` }]
    }),
  )
}
