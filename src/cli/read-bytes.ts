import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { MisuseError } from './command.ts'
import { STDIN } from './inputs.ts'
import type { Terminal } from './terminal.ts'

/** All of a file, or of stdin. @throws MisuseError where there is none */
export async function readBytes(file: string, { cwd, stdin }: Terminal): Promise<Uint8Array> {
  if (file === STDIN) {
    if (stdin.isTTY) throw new MisuseError('name a file, or give its text on stdin')
    return buffer(stdin)
  }
  try {
    return await readFile(resolve(cwd, file))
  } catch (error) {
    throw new MisuseError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'error'}`, { cause: error })
  }
}
