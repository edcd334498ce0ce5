/** Tasks that wait for a thread: urgent ones first, then by age. */
export interface TaskQueue<T> {
  push(task: T, urgent: boolean): void
  take(): T | undefined
  /** What {@link take} would take. */
  peek(): T | undefined
  /** False where the task is not waiting (any more). */
  remove(task: T): boolean
  readonly size: number
}

export function createTaskQueue<T>(): TaskQueue<T> {
  // Sets keep the order of insertion, and remove in constant time.
  const urgent = new Set<T>()
  const others = new Set<T>()
  const peek = (): T | undefined => (urgent.size > 0 ? urgent : others).values().next().value
  return {
    push(task, isUrgent) {
      ;(isUrgent ? urgent : others).add(task)
    },
    take() {
      const next = peek()
      if (next !== undefined) (urgent.size > 0 ? urgent : others).delete(next)
      return next
    },
    peek,
    remove: (task) => urgent.delete(task) || others.delete(task),
    get size() {
      return urgent.size + others.size
    },
  }
}
