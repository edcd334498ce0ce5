import { createHash } from 'node:crypto'
import { open, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute as isAbsolutePath, join, posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AlreadyExistsError, ParameterError, TooLargeError } from '../errors.ts'
import { schemeOf } from '../net/address.ts'
import { isObjectScheme, parseObject, printObject } from '../net/object-address.ts'
import type { WritableNet } from '../net/source.ts'
import { putInPlace } from '../stores/atomic-file.ts'

/** Objects are sent in one piece, which is held in memory. */
const LARGEST_OBJECT = 512 * 2 ** 20

/** Where an overview goes: a local file, or an object of a bucket. */
export interface OutputPlace {
  /** Path or address. */
  readonly address: string
  /** Folder of the unfinished work: beside the file, since the finished one is moved from there. */
  readonly workFolder: string
  /** @throws AlreadyExistsError */
  checkAbsent(): Promise<void>
  /** Moves or sends a finished file. @throws AlreadyExistsError without `overwrite` */
  deliver(path: string, options: { readonly overwrite: boolean }): Promise<void>
}

/** @throws ParameterError for an address where nothing can be written */
export function outputPlace(output: string, { cwd, net }: { readonly cwd: string; readonly net: WritableNet }): OutputPlace {
  const scheme = schemeOf(output)
  if (scheme === undefined || scheme === 'file') {
    return filePlace(scheme === 'file' ? fileURLToPath(output) : resolve(cwd, output))
  }
  if (isObjectScheme(scheme)) return objectPlace(printObject(parseObject(output)), net)
  throw new ParameterError('output', `output: ${scheme}:// cannot be written; use a path, s3://, gs:// or az://`)
}

function filePlace(path: string): OutputPlace {
  return {
    address: path,
    workFolder: `${path}.parts`,
    async checkAbsent() {
      const there = await stat(path).catch(() => undefined)
      if (there) throw new AlreadyExistsError(`${path} is there already and may not be overwritten`)
    },
    async deliver(finished, { overwrite }) {
      const file = await open(finished, 'r')
      await file.sync().finally(() => file.close())
      await putInPlace(finished, path, { overwrite })
    },
  }
}

function objectPlace(address: string, net: WritableNet): OutputPlace {
  const name = createHash('sha256').update(address).digest('hex').slice(0, 16)
  return {
    address,
    workFolder: join(tmpdir(), `smalti-overview-${name}`),
    async checkAbsent() {
      const source = await net.open(address)
      try {
        await source.read(0, 1)
      } catch {
        // Not there, or not to be read by us: the write itself is conditional.
        return
      } finally {
        await source.close()
      }
      throw new AlreadyExistsError(`${address} is there already and may not be overwritten`)
    },
    async deliver(finished, { overwrite }) {
      const { size } = await stat(finished)
      if (size > LARGEST_OBJECT) {
        throw new TooLargeError(
          `the overview has ${size} bytes, and at most ${LARGEST_OBJECT} can be sent in one piece: write it to a file, copy that, and link it with --href; it lies at ${finished}`,
        )
      }
      await net.writeObject(address, await readFile(finished), { ifAbsent: !overwrite })
    },
  }
}

/**
 * How a document names the overview: relative to itself where it lies beside it or below. undefined: who reads the document from there
 * does not see a file of this machine. @param document path of its file, or its address
 */
export function hrefFor(output: string, document: string): string | undefined {
  const isFile = schemeOf(output) === undefined
  if (schemeOf(document) === undefined) {
    if (!isFile) return output
    const path = relative(dirname(document), output)
    return path.startsWith('..') || isAbsolutePath(path) ? output : path.split(sep).join('/')
  }
  if (isFile) return undefined
  const folder = `${posix.dirname(document)}/`
  return output.startsWith(folder) && !/[?#%]/.test(output) ? output.slice(folder.length) : output
}
