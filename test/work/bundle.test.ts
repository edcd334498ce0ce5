import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundledProgram } from '../../src/work/bundle.ts'

let root: string
const main = () => join(root, 'src/main.ts')
const found = (script = main()) => bundledProgram(script, pathToFileURL(`${root}/`))

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'smalti-'))
  mkdirSync(join(root, 'src'))
  mkdirSync(join(root, 'node_modules/.cache/bundle'), { recursive: true })
  writeFileSync(main(), 'the program')
  const { size, mtimeMs } = statSync(main())
  const bundled = { folder: 'abc', stamp: [['src/main.ts', size, Math.floor(mtimeMs)]] }
  writeFileSync(join(root, 'node_modules/.cache/bundle/bundled.json'), JSON.stringify(bundled))
})

afterEach(() => rmSync(root, { recursive: true }))

test('the program is replaced by its bundle, another one is not', () => {
  expect(found()).toEqual([join(root, 'node_modules/.cache/bundle/abc/main.js')])
  // The bundle's program is main.ts: the other one is a command of it.
  expect(found(join(root, 'src/server.ts'))?.[1]).toBe('serve')
  expect(found(join(root, 'scripts/demo/run.ts'))).toBeUndefined()
})

test.each<[string, () => void]>([
  ['has other bytes', () => writeFileSync(main(), 'another program')],
  ['was written again', () => utimesSync(main(), new Date(), new Date(Date.now() + 5000))],
  ['is gone', () => rmSync(main())],
])('not where a source %s', (_, change) => {
  change()
  expect(found()).toBeUndefined()
})

test('nor where there is no bundle, or a broken one', () => {
  writeFileSync(join(root, 'node_modules/.cache/bundle/bundled.json'), '{"folder":')
  expect(found()).toBeUndefined()
  rmSync(join(root, 'node_modules'), { recursive: true })
  expect(found()).toBeUndefined()
})
