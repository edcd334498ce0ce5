/** Made once: an abort without a reason makes one each time, with its stack. */
const ENOUGH = new DOMException('enough has been read', 'AbortError')

/**
 * Runs `work` over `items`, at most `depth` at a time, and yields the results in the order of the items.
 * What is still under way is aborted when the consumer stops early, and its result is dropped.
 * A failure is yielded, not thrown: the consumer decides what one failed item means.
 */
export async function* readAhead<Item, Result>(
  items: readonly Item[],
  depth: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): AsyncGenerator<{ item: Item; result?: Result; error?: unknown }, void, undefined> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const underWay: Promise<{ item: Item; result?: Result; error?: unknown }>[] = []
  let next = 0
  const start = (): void => {
    while (underWay.length < depth && next < items.length) {
      const item = items[next++]
      underWay.push(
        work(item, either).then(
          (result) => ({ item, result }),
          (error: unknown) => ({ item, error }),
        ),
      )
    }
  }
  try {
    for (start(); underWay.length > 0; start()) {
      const outcome = await underWay.shift()
      signal.throwIfAborted()
      if (outcome) yield outcome
    }
  } finally {
    stop.abort(ENOUGH)
  }
}
