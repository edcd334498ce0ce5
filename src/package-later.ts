import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** A package that few starts need, loaded when it is first asked for, and without waiting, as import() would. It is CommonJS. */
export function packageLater<T>(name: string): () => T {
  return () => require(name) as T
}
