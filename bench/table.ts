import type { Started } from './start.ts'
import type { Compared } from './beside.ts'
import type { AboveFloor, Floor } from './floor.ts'
import type { Measured } from './measure.ts'
import type { Look } from './soak.ts'
import type { Pace, Scaled } from './threads.ts'

/** A line of the table: what was measured, and a remark such as a size or a ratio. */
export interface Row {
  readonly stage: string
  readonly what: string
  readonly measured: Measured
  readonly remark?: string
}

export function markdown(rows: readonly Row[]): string {
  const cells = rows.map(({ stage, what, measured, remark = '' }) => [
    stage,
    what,
    milliseconds(measured.p50),
    milliseconds(measured.best),
    remark,
  ])
  return table(['stage', 'what', 'p50 ms', 'best ms', 'remark'], cells)
}

/** Both sides, and how many times the peer's requests a second; the last line of a workload is the geometric mean of its sets. */
export function comparedMarkdown(rows: readonly Compared[]): string {
  const cells = rows.map(({ workload, set, ours, peer }) => [
    workload,
    set,
    ours.perSecond.toFixed(1),
    peer?.perSecond.toFixed(1) ?? '',
    peer ? times(ours.perSecond / peer.perSecond) : '',
    `${milliseconds(ours.p50)} / ${milliseconds(ours.p95)}`,
    peer ? `${milliseconds(peer.p50)} / ${milliseconds(peer.p95)}` : '',
  ])
  return table(['workload', 'mosaic', 'smalti /s', 'titiler /s', 'ratio', 'p50 / p95 ms', 'titiler, ms'], cells)
}

/** A line a workload: the geometric mean over its sets of the requests a second, and of the median times, as ratios. */
export function ratiosMarkdown(rows: readonly Compared[]): string {
  const cells = [...new Set(rows.map(({ workload }) => workload))].map((workload) => {
    const both = rows.flatMap((row) => (row.workload === workload && row.peer ? [{ ours: row.ours, peer: row.peer }] : []))
    const rates = both.map(({ ours, peer }) => ours.perSecond / peer.perSecond)
    return [
      workload,
      times(geometricMean(rates)),
      times(Math.min(...rates)),
      times(geometricMean(both.map(({ ours, peer }) => peer.p50 / ours.p50))),
    ]
  })
  return table(['workload', 'requests a second', 'the least', 'median time'], cells)
}

/** What a tile takes above its own work: with its blocks in the cache, and asked for once. */
export function floorMarkdown(floors: readonly Floor[]): string {
  const cells = floors.map(({ set, tiles, warm, once }) => [
    set,
    String(tiles),
    medians(warm),
    times(warm.ratio, 2),
    medians(once),
    times(once.ratio, 2),
  ])
  const head = ['mosaic', 'tiles', 'warm: served / bare, p50 ms', 'in all', 'once: served / bare, p50 ms', 'in all']
  return table(head, cells)
}

function medians({ served, bare }: AboveFloor): string {
  return `${milliseconds(served)} / ${milliseconds(bare)}`
}

function pace({ perSecond, cores }: Pace): string {
  return `${perSecond.toFixed(1)} (${cores.toFixed(2)})`
}

/** Tiles a second with one raster thread and with more, and the cores that were busy; the last line is the geometric mean. */
export function threadsMarkdown(scaled: readonly Scaled[], workers: number): string {
  const ratios = scaled.map(({ one, many }) => many.perSecond / one.perSecond)
  const cells = scaled.map(({ set, one, many }, i) => [set, pace(one), pace(many), times(ratios[i], 2)])
  const head = ['pan', '1 thread, tiles/s (cores)', `${workers} threads, tiles/s (cores)`, 'ratio']
  return table(head, [...cells, ['mean', '', '', times(geometricMean(ratios), 2)]])
}

/** The memory of a server over time. */
export function soakMarkdown(looks: readonly Look[]): string {
  const cells = looks.map(({ seconds, memory, tiles }) => [(seconds / 60).toFixed(1), String(memory), String(tiles)])
  return table(['minute', 'memory, MiB', 'tiles'], cells)
}

export function startMarkdown(started: readonly Started[]): string {
  const cells = started.map(({ set, way, ms, cpu }) => [set, way, ms.toFixed(0), cpu.toFixed(0)])
  return table(['first tile of', 'from the', 'ms', 'processor time, ms'], cells)
}

function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}

function times(ratio: number, digits = ratio < 10 ? 1 : 0): string {
  return `x ${ratio.toFixed(digits)}`
}

function table(head: readonly string[], cells: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i].length)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n')
}

export function milliseconds(value: number): string {
  return value.toFixed(value < 10 ? 3 : 1)
}
