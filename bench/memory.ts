import { readdirSync, readFileSync } from 'node:fs'

/** Proportional set size of a process and of all below it, in MiB: a page that several share counts once. Linux alone; NaN elsewhere. */
export function residentMiB(pid: number): number {
  const children = new Map<number, number[]>()
  try {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      const stat = textOf(`/proc/${name}/stat`)
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    }
  } catch {
    return Number.NaN
  }
  let kibibytes = 0
  const open = [pid]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    kibibytes += Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${one}/smaps_rollup`))?.[1] ?? 0)
    open.push(...(children.get(one) ?? []))
  }
  return Math.round(kibibytes / 1024)
}

/** '' of a process that has ended meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
