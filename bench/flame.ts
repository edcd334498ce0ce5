/** What V8 writes with --cpu-prof. Times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly children?: readonly number[]
  }[]
  readonly startTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** A function where it was called from, with what it called. */
export interface Frame {
  readonly name: string
  /** Milliseconds, those of its children included. */
  total: number
  readonly children: Map<string, Frame>
}

/** Frames that tell nothing. */
const IDLE = new Set(['(root)', '(idle)'])
/** A thread without a task sleeps in this one; what it calls is work. */
const WAITS = 'atomicsWaitLoop'
/** Shares below are left out. */
const LEAST = 0.02
const BAR = 20

/** Where the busy time of some profiles went from a moment on (microseconds of the same clock), as a tree of calls. */
export function flameOf(profiles: readonly CpuProfile[], from = 0): Frame {
  const root: Frame = { name: 'busy', total: 0, children: new Map() }
  for (const { nodes, samples, timeDeltas, startTime } of profiles) {
    const stacks = stacksOf(nodes)
    let at = startTime
    for (const [i, id] of samples.entries()) {
      at += timeDeltas[i]
      const stack = stacks.get(id)
      if (at >= from && stack) add(root, stack, timeDeltas[i] / 1000)
    }
  }
  return root
}

/** The names from the outermost call to the innermost, by node; nodes in which nothing is done have none. */
function stacksOf(nodes: CpuProfile['nodes']): ReadonlyMap<number, readonly string[]> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const stacks = new Map<number, readonly string[]>()
  const open: [id: number, above: readonly string[]][] = nodes.length > 0 ? [[nodes[0].id, []]] : []
  for (let next = open.pop(); next; next = open.pop()) {
    const [id, above] = next
    const node = byId.get(id)
    if (!node) continue
    const { functionName, url, lineNumber } = node.callFrame
    const idle = IDLE.has(functionName)
    const stack = idle ? above : [...above, nameOf(functionName, url, lineNumber)]
    if (!idle && functionName !== WAITS) stacks.set(id, stack)
    open.push(...(node.children ?? []).map((child): [number, readonly string[]] => [child, stack]))
  }
  return stacks
}

function nameOf(functionName: string, url: string, line: number): string {
  const file = url.replace(/^.*\/node_modules\//, '').replace(/^.*\/(src|routes)\//, '$1/')
  return `${functionName || '(anonymous)'}${file ? ` ${file}:${line + 1}` : ''}`
}

function add(root: Frame, stack: readonly string[], ms: number): void {
  let frame = root
  frame.total += ms
  for (const name of stack) {
    const child: Frame = frame.children.get(name) ?? { name, total: 0, children: new Map() }
    frame.children.set(name, child)
    child.total += ms
    frame = child
  }
}

/**
 * A flame graph of text: a line a call, its share of the busy time as a bar and in per cent, deeper calls further in. A call that hands
 * nearly all of its time on to one other is one line with it.
 */
export function flameText(root: Frame, least = LEAST): string {
  const lines: string[] = []
  const show = (frame: Frame, depth: number): void => {
    const { shown, last } = joined(frame)
    const share = frame.total / root.total
    const bar = '█'.repeat(Math.round(share * BAR)).padEnd(BAR)
    lines.push(`${bar} ${(share * 100).toFixed(0).padStart(3)} % ${'  '.repeat(depth)}${shown}`)
    const children = [...last.children.values()].toSorted((a, b) => b.total - a.total)
    for (const child of children) if (child.total >= least * root.total) show(child, depth + 1)
  }
  if (root.total > 0) show(root, 0)
  return lines.join('\n')
}

/** A chain of calls without branches is named by its first and its last. */
function joined(frame: Frame): { readonly shown: string; readonly last: Frame } {
  let last = frame
  for (;;) {
    const [child, ...others] = [...last.children.values()].filter(({ total }) => total > 0.97 * frame.total)
    if (!child || others.length > 0) break
    last = child
  }
  return { shown: last === frame ? frame.name : `${frame.name} … ${last.name}`, last }
}
