import { createReadStream } from 'node:fs'
import { glob, open, stat } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { schemeOf } from '../net/address.ts'
import { MisuseError } from './command.ts'
import type { Terminal } from './terminal.ts'

export const STDIN = '-'

/** TIFF and BigTIFF, either byte order. */
const TIFF = /^(II[*+]\0|MM\0[*+])/
const GLOB = /[*?[\]{}]/
const IMAGES = '**/*.{tif,tiff,TIF,TIFF,gtiff}'

/**
 * Addresses of images, once each, in the order of the input. A word is an address (`s3://…`), a TIFF, a folder of those, a pattern, or a
 * text file with one address a line; `-`, and no word at all, are such a text on stdin. @throws MisuseError for a word that is none of these
 */
export async function readInputs(
  words: readonly string[],
  terminal: Terminal,
  { absolute }: { readonly absolute: boolean },
): Promise<readonly string[]> {
  if (words.length === 0 && terminal.stdin.isTTY) {
    throw new MisuseError('name files, a list of them, or give the list on stdin; --help says more')
  }
  const found = new Set<string>()
  for (const word of words.length > 0 ? words : [STDIN]) {
    for await (const address of expand(word, terminal)) {
      terminal.signal.throwIfAborted()
      found.add(absolute && isRelative(address) ? resolve(terminal.cwd, address) : address)
    }
  }
  if (found.size === 0) throw new MisuseError('there is no file in the input')
  return [...found]
}

/** A path from the working directory: elsewhere it means another file. */
export function isRelative(address: string): boolean {
  return schemeOf(address) === undefined && !isAbsolute(address)
}

async function* expand(word: string, { cwd, stdin }: Terminal): AsyncGenerator<string> {
  if (word === STDIN) {
    yield* lines(stdin)
    return
  }
  if (schemeOf(word) !== undefined || word.startsWith('/vsi')) {
    yield word
    return
  }
  const path = resolve(cwd, word)
  const stats = await stat(path).catch(() => undefined)
  if (stats?.isDirectory()) yield* await sorted(IMAGES, path, word)
  // A pipe (`<(ls *.tif)`) can be read once, so nobody looks into it.
  else if (stats) yield* stats.isFile() ? fileOrList(path, word) : lines(createReadStream(path))
  else if (GLOB.test(word)) yield* await sorted(word, cwd, '')
  // A name that says what it is: the error comes with those of the other files, and names it.
  else if (/\.g?tiff?$/i.test(word)) yield word
  else throw new MisuseError(`${word} was not found`)
}

async function sorted(pattern: string, cwd: string, prefix: string): Promise<readonly string[]> {
  const names: string[] = []
  for await (const name of glob(pattern, { cwd })) names.push(name)
  if (names.length === 0)
    throw new MisuseError(prefix === '' ? `no file is like ${pattern}` : `${prefix}: there is no TIFF in it`)
  return names.toSorted().map((name) => (prefix === '' || isAbsolute(name) ? name : join(prefix, name)))
}

/** A TIFF stands for itself; what is not a text is no list. */
async function* fileOrList(path: string, word: string): AsyncGenerator<string> {
  const start = await firstBytes(path)
  if (TIFF.test(start)) yield word
  else if (start.includes('\0')) throw new MisuseError(`${word} is neither a TIFF nor a list of addresses`)
  else if (/^\s*[{[]/.test(start)) throw new MisuseError(`${word} is a JSON document, not a list of addresses`)
  else yield* lines(createReadStream(path))
}

const GLANCE = 512

/** One character a byte. */
async function firstBytes(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GLANCE), 0, GLANCE, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Not by node:readline, which waits for ever once its stream has been destroyed. */
async function* lines(input: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of input) {
    const texts = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n')
    rest = texts.pop() ?? ''
    yield* texts.map((text) => text.trim()).filter((text) => text !== '')
  }
  const last = (rest + decoder.decode()).trim()
  if (last !== '') yield last
}
