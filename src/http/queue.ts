import { BusyError } from '../errors.ts'

/** A bounded queue: at most `concurrency` pieces of work at a time and `waiting` behind them, in order of arrival. */
export interface Queue {
  /**
   * Runs the work when its turn comes. A waiter whose signal aborts leaves the queue.
   * @throws BusyError at once where the queue is full; the signal's reason
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
  readonly running: number
  readonly waiting: number
  /** Turned away since the start. */
  readonly refused: number
}

export function createQueue(limits: { readonly concurrency: number; readonly waiting: number }): Queue {
  const line: (() => void)[] = []
  let running = 0
  let refused = 0

  function turn(signal: AbortSignal): Promise<void> {
    if (running < limits.concurrency) {
      running++
      return Promise.resolve()
    }
    if (line.length >= limits.waiting) {
      refused++
      throw new BusyError('the server is busy: too many tiles are waiting; try again soon')
    }
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        line.splice(line.indexOf(go), 1)
        reject(signal.reason as Error)
      }
      line.push(go)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  return {
    async run(work, signal) {
      signal.throwIfAborted()
      await turn(signal)
      try {
        return await work()
      } finally {
        // The place passes straight to the next in line; `running` falls only when nobody waits.
        const next = line.shift()
        if (next) next()
        else running--
      }
    },
    get running() {
      return running
    },
    get refused() {
      return refused
    },
    get waiting() {
      return line.length
    },
  }
}
