import type { Measured } from './measure.ts'

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
  const head = ['stage', 'what', 'p50 ms', 'best ms', 'remark']
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i].length)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n')
}

export function milliseconds(value: number): string {
  return value.toFixed(value < 10 ? 3 : 1)
}
