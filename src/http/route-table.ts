import { distance } from 'fastest-levenshtein'

/** What the routes say of one path. */
export interface Found {
  /** Methods of the routes whose pattern the path has, sorted; none: no route has it. */
  readonly methods: readonly string[]
  /** A path that exists and is spelled nearly like it, where none has it. */
  readonly near?: string
}

interface Route {
  readonly segments: readonly { readonly text: string; readonly pattern: RegExp; readonly fixed: boolean }[]
  readonly methods: ReadonlySet<string>
}

const PARAMETER = /:\w+(?:\(([^)]*)\))?/g

/** The patterns of all routes, for what the router itself does not say: which methods a path has, and which path was meant. */
export class RouteTable {
  readonly #methods = new Map<string, Set<string>>()
  /** Made when a path is first looked for: a start needs none. */
  #routes: readonly Route[] | undefined

  /** `url` is a pattern of the router: `/mosaic/:z/:x/:y(^\d+).:format(^\w+)`. */
  add(method: string | readonly string[], url: string): void {
    // The catch-all of preflights.
    if (url === '*') return
    const methods = this.#methods.get(url) ?? new Set()
    for (const name of [method].flat()) methods.add(name)
    this.#methods.set(url, methods)
    this.#routes = undefined
  }

  find(path: string): Found {
    const given = segmentsOf(path)
    this.#routes ??= [...this.#methods].map(([url, methods]) => ({ segments: segmentsOf(url).map(parse), methods }))
    const routes = this.#routes.filter(({ segments }) => segments.length === given.length)
    const fitting = routes.filter(({ segments }) => segments.every(({ pattern }, index) => pattern.test(given[index])))
    const methods = [...new Set(fitting.flatMap((route) => [...route.methods]))].toSorted()
    return methods.length > 0 ? { methods } : { methods, near: nearest(routes, given) }
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\-]/g, String.raw`\$&`)
}

function segmentsOf(path: string): string[] {
  return path.slice(1).split('/')
}

function parse(text: string): Route['segments'][number] {
  const parts: string[] = []
  let end = 0
  for (const parameter of text.matchAll(PARAMETER)) {
    parts.push(escaped(text.slice(end, parameter.index)), `(?:${parameter[1]?.replace(/^\^/, '') ?? '.+'})`)
    end = parameter.index + parameter[0].length
  }
  parts.push(escaped(text.slice(end)))
  return { text, pattern: new RegExp(`^${parts.join('')}$`), fixed: end === 0 }
}

/** Fixed segments may differ by a few letters; what stands for a parameter stays as it was given. */
function nearest(routes: readonly Route[], given: readonly string[]): string | undefined {
  let best: { path: string; cost: number } | undefined
  for (const { segments } of routes) {
    const costs = segments.map(({ text, pattern, fixed }, index) => {
      if (pattern.test(given[index])) return 0
      if (!fixed) return Number.POSITIVE_INFINITY
      // The ending was left out.
      return given[index].length > 2 && text.startsWith(given[index]) ? 1 : distance(text, given[index].slice(0, 100))
    })
    const bound = segments.every((segment, index) => costs[index] <= Math.max(2, segment.text.length / 3))
    const cost = costs.reduce((sum, value) => sum + value, 0)
    if (!bound || cost >= (best?.cost ?? Number.POSITIVE_INFINITY)) continue
    best = { cost, path: `/${segments.map(({ text, fixed }, index) => (fixed ? text : given[index])).join('/')}` }
  }
  return best?.path
}
