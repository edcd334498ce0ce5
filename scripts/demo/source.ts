import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** NASA Blue Marble and topography (public domain), as the package ships them. */
const PACKAGE = 'three-globe@2.45.2'
const INTEGRITY = 'sha512-3qJE2LAdyHsUPt02mgMRc+PG3j9kGEA0fUYrwKPGIVtvMR1XjDn9hCXu31AWocdgHOFcXkrRVz7jJZzTIvR0eQ=='
const FILES = {
  'package/example/img/earth-blue-marble.jpg': '228deba2e4b600146bdcb6cfa359b8ead6aacc2b1c13550a29cd82824cfa1c01',
  'package/example/img/earth-topology.png': '839b12da2e4dd346b256cebae72e10c479a102c8980a22084c41275e4b9a0e12',
} as const

/** The pictures cannot be had; the message says what to do. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}

export interface Sources {
  readonly blueMarble: string
  readonly topology: string
}

/**
 * Paths of the two pictures, taken once by npm into `cache` and checked.
 * @throws SourceError offline, or when what came is not what it should be
 */
export async function fetchSources(cache: string): Promise<Sources> {
  const [blueMarble, topology] = Object.keys(FILES).map((path) => join(cache, basename(path)))
  if (existsSync(blueMarble) && existsSync(topology)) return { blueMarble, topology }
  await mkdir(cache, { recursive: true })
  const scratch = await mkdtemp(join(cache, 'npm-'))
  try {
    await npmPack(scratch)
    const tarball = await readFile(join(scratch, `${PACKAGE.replace('@', '-')}.tgz`))
    check(digest('sha512', tarball, 'base64') === INTEGRITY.slice('sha512-'.length), 'the package')
    const entries = untar(gunzipSync(tarball))
    for (const [path, sha256] of Object.entries(FILES)) {
      const bytes = entries.get(path)
      check(bytes !== undefined && digest('sha256', bytes, 'hex') === sha256, path)
      await writeFile(join(scratch, basename(path)), bytes ?? '')
      await rename(join(scratch, basename(path)), join(cache, basename(path)))
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  return { blueMarble, topology }
}

function check(isSame: boolean, what: string): void {
  if (!isSame)
    throw new SourceError(`${PACKAGE}: ${what} is not what this script expects (its checksum differs); nothing was made.`)
}

function digest(algorithm: string, bytes: Uint8Array, encoding: 'hex' | 'base64'): string {
  return createHash(algorithm).update(bytes).digest(encoding)
}

/** npm's own client: registry, mirror, proxy and cache are as the user has set them up. */
async function npmPack(folder: string): Promise<void> {
  const args = ['pack', PACKAGE, '--silent', '--pack-destination', folder]
  const npm = process.env.npm_execpath
  const [command, ...first] = npm === undefined ? ['npm'] : [process.env.npm_node_execpath ?? process.execPath, npm]
  const child = spawn(command, [...first, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: npm === undefined && process.platform === 'win32',
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const status = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (status === 0) return
  throw new SourceError(
    `The demo's pictures come from the npm package ${PACKAGE}, and npm could not get it. Is the registry within reach? ` +
      `Run the command again when it is, or put earth-blue-marble.jpg and earth-topology.png of that package into .cache/demo-source/.` +
      (said ? `\nnpm said: ${said.trim()}` : ''),
  )
}

/** Regular files of a tar archive (ustar), by name. */
function untar(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  const text = (at: number, length: number): string =>
    new TextDecoder().decode(archive.subarray(at, at + length)).replace(/\0.*$/s, '')
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const size = Number.parseInt(text(at + 124, 12), 8)
    files.set(text(at, 100), archive.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}
