/** Tasks that wait for a thread: urgent ones first, then by age. */
export interface TaskQueue<T> {
  push(task: T, urgent: boolean): void
  take(): T | undefined
  /** False where the task is not waiting (any more). */
  remove(task: T): boolean
  readonly size: number
}

export function createTaskQueue<T>(): TaskQueue<T> {
  // Sets keep the order of insertion, and remove in constant time.
  const urgent = new Set<T>()
  const others = new Set<T>()
  return {
    push(task, isUrgent) {
      ;(isUrgent ? urgent : others).add(task)
    },
    take() {
      const queue = urgent.size > 0 ? urgent : others
      const next = queue.values().next()
      if (next.done) return undefined
      queue.delete(next.value)
      return next.value
    },
    remove: (task) => urgent.delete(task) || others.delete(task),
    get size() {
      return urgent.size + others.size
    },
  }
}
