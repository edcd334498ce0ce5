import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createNet } from '../../src/net/net.ts'
import { sqliteKind } from '../../src/stores/sqlite-store.ts'
import { versionOf, wholeVersion } from '../stores/crash-mosaic.ts'

const KILLS = 20
const limits = { maxBytes: 2 ** 26, maxUnpacked: 2 ** 29, memory: 2 ** 27 }

test(`SQLite: a writer that is killed at a random moment, ${KILLS} times, leaves the old or the new mosaic`, async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'smalti-crash-')))
  const context = { net: createNet({ allow: [folder], cwd: folder }), cwd: folder, limits }
  const address = 'sqlite:///crash.db:crash'
  await sqliteKind.create?.(address, versionOf(0), context, {})
  const left: number[] = []
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = spawn(process.execPath, [new URL('../stores/sqlite-crash-writer.ts', import.meta.url).pathname, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let last = 0
      writer.stdout.setEncoding('utf8').on('data', (text: string) => {
        last = Number(text.trim().split('\n').at(-1))
      })
      await once(writer.stdout, 'data')
      await new Promise((resolve) => {
        setTimeout(resolve, Math.random() * 120)
      })
      writer.kill('SIGKILL')
      await once(writer, 'close')
      const store = await sqliteKind.open(address, context, {})
      const found = store && wholeVersion(await store.document())
      expect([last, last + 1]).toContain(found)
      left.push(found ?? -1)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
  // Not always the same moment.
  expect(new Set(left).size).toBeGreaterThan(1)
})
