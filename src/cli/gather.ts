import { resolve } from 'node:path'
import { readFootprints } from '../backends/from-urls.ts'
import type { Footprints } from '../footprints.ts'
import { withoutSecrets } from '../http/secrets.ts'
import type { CredentialEntry } from '../net/credentials.ts'
import { MisuseError } from './command.ts'
import { type Journal, openJournal, openOwnJournal } from './journal.ts'
import type { Terminal } from './terminal.ts'

export interface GatherFlags {
  readonly tms: string | undefined
  readonly threads: number
  readonly onError: 'skip' | 'fail'
  readonly resume: string | undefined
  readonly quiet: boolean
  readonly credentials: readonly CredentialEntry[] | undefined
}

/** Footprints of files, and what to do when the command that wanted them has ended. */
export interface Gathered extends Footprints {
  /** All is done: nothing need be kept for another run, unless files are missing that may be readable then. */
  succeeded(): Promise<void>
}

/**
 * Reads the headers of files, with a bar; a run that was stopped is taken up. Files that cannot be read are named at the end.
 * @param output address that the command writes to, by which the run that was stopped is known
 * @throws SmaltiError
 */
export async function gatherFootprints(
  inputs: readonly string[],
  output: string | undefined,
  flags: GatherFlags,
  terminal: Terminal,
): Promise<Gathered> {
  const { tms = 'WebMercatorQuad', threads, onError, resume, quiet, credentials } = flags
  const { cwd, signal } = terminal
  const journal = resume === undefined ? await openOwnJournal(output, { tms, cwd }) : await openNamed(resume, tms, cwd)
  const fresh = { read: 0 }
  const progress = terminal.progress('reading headers', { quiet })
  try {
    const found = await readFootprints(inputs, {
      tms,
      cwd,
      credentials,
      concurrency: threads,
      onError,
      signal,
      known: journal?.known,
      onRead(footprint, revision) {
        fresh.read++
        journal?.add(footprint, revision)
      },
      onProgress: (done, total) => progress.update(done, total),
    })
    progress.end()
    await journal?.close()
    const old = found.features.length - fresh.read
    if (!quiet && old > 0) terminal.say(`${old} of ${inputs.length} had been read before`)
    nameFailed(found.failed, terminal)
    const isWhole = found.failed.length === 0 && resume === undefined
    return { ...found, succeeded: async () => (isWhole ? await journal?.remove() : undefined) }
  } catch (error) {
    progress.end()
    await journal?.close()
    if (fresh.read > 0 && journal) terminal.say(`${fresh.read} headers are kept: the same command goes on from there`)
    throw error
  }
}

async function openNamed(path: string, tms: string, cwd: string): Promise<Journal> {
  try {
    return await openJournal(resolve(cwd, path), { tms, cwd })
  } catch (error) {
    throw new MisuseError(`--resume: ${path} cannot be used: ${(error as Error).message}`, { cause: error })
  }
}

/** More are in the answer of --json. */
const NAMED = 50

function nameFailed(failed: Footprints['failed'], terminal: Terminal): void {
  if (failed.length === 0) return
  terminal.say(`${failed.length} could not be read:`)
  for (const { path, error } of failed.slice(0, NAMED)) {
    terminal.say(`  ${withoutSecrets(error.message.includes(path) ? error.message : `${path}: ${error.message}`)}`)
  }
  if (failed.length > NAMED) terminal.say(`  and ${failed.length - NAMED} more`)
}
