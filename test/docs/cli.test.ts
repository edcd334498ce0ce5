import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withCommands } from '../../scripts/cli-docs.ts'
import { EXIT } from '../../src/cli/exit-codes.ts'

const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')

/** Without the padding that the formatter gives to tables. */
const cells = (text: string) => text.replaceAll(/ *\| */g, '|').replaceAll(/\|(-{3,}\|)+/g, '|---|')

test('docs/cli.md has the commands and flags that there are (npm run docs:cli)', async () => {
  expect(cells(await withCommands(page))).toBe(cells(page))
})

test('docs/cli.md has every exit code', () => {
  for (const code of Object.values(EXIT)) expect(page).toMatch(new RegExp(`\\| *(\\d+, )?${code}(, \\d+)? *\\|`))
})
