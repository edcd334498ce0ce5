import type { Writable } from 'node:stream'

export interface Progress {
  /** So many are done, of so many; a note is a few words behind the numbers. */
  update(done: number, total: number, note?: string): void
  /** For another line in between; {@link Progress.show} draws it again. */
  hide(): void
  show(): void
  /** The last state stays on the screen. */
  end(): void
}

/** Milliseconds between two drawings of a bar, and between two lines where nobody watches. */
const REDRAW = 100
const LINE_EVERY = 5000
const WIDTH = 28

const nothing: Progress = { update() {}, hide() {}, show() {}, end() {} }

/** @param stream undefined: nothing is shown */
export function openProgress(
  stream: (Writable & { readonly isTTY?: boolean; readonly columns?: number }) | undefined,
  what: string,
): Progress {
  if (!stream) return nothing
  const start = performance.now()
  const isBar = stream.isTTY === true
  const interval = isBar ? REDRAW : LINE_EVERY
  let [done, total, note] = [0, 0, '']
  let last = isBar ? -Infinity : start
  let ended = false

  const line = (): string => {
    const seconds = (performance.now() - start) / 1000
    const share = total > 0 ? done / total : 0
    const percent = `${Math.floor(share * 100)} %`.padStart(6)
    const left = done > 0 && done < total ? `, ${duration((seconds / done) * (total - done))} left` : `, ${duration(seconds)}`
    const tail = `${percent}  ${done}/${total}${left}${note && `, ${note}`}`
    if (!isBar) return `${what}:${tail}`
    const filled = Math.round(share * WIDTH)
    return `${what} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}${tail}`
  }
  const draw = (): void => {
    last = performance.now()
    if (isBar) stream.write(`\r\u001B[2K${line().slice(0, (stream.columns ?? 80) - 1)}`)
    else stream.write(`${line()}\n`)
  }
  return {
    update(nowDone, nowTotal, nowNote = '') {
      ;[done, total, note] = [nowDone, nowTotal, nowNote]
      if (!ended && performance.now() - last >= interval) draw()
    },
    hide() {
      if (isBar && !ended) stream.write('\r\u001B[2K')
    },
    show() {
      if (isBar && !ended && total > 0) draw()
    },
    end() {
      if (ended) return
      if (isBar && total > 0) {
        draw()
        stream.write('\n')
      }
      ended = true
    },
  }
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
