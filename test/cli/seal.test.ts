import { expect, test } from 'vitest'
import { EXIT } from '../../src/cli/exit-codes.ts'
import { createSealer } from '../../src/http/seal.ts'
import { smalti } from './testing-cli.ts'

const KEY = '0123456789abcdef0123456789abcdef'
const OLD = 'fedcba9876543210fedcba9876543210'
const address = 'https://host/mosaic.json?sig=hush'
const handle = createSealer([KEY])?.seal(address)

test('an address is sealed with the server’s first key, from the words or from stdin', async () => {
  const env = { SMALTI_SEAL_KEY: `${KEY},${OLD}` }
  expect(await smalti(['seal', address], { env })).toEqual({ code: EXIT.ok, stdout: `${handle}\n`, stderr: '' })
  expect((await smalti(['seal', '-'], { env, stdin: `${address}\n` })).stdout).toBe(`${handle}\n`)
  const json = await smalti(['seal', address, '--json', '--seal-key', KEY, '--seal-key', OLD])
  expect(JSON.parse(json.stdout)).toEqual({ url: handle })
})

test.each([
  [['seal', address], /--seal-key is needed/],
  [['seal', address, '--seal-key', 'short'], /--seal-key: a key needs at least 32 characters/],
  [['seal', 'sealed:AQ', '--seal-key', KEY], /sealed address already/],
  [['seal', '', '--seal-key', KEY], /is empty/],
  [['seal', '--seal-key', KEY], /ADDRESS is needed/],
])('%j is misuse', async (argv, reason) => {
  const { code, stdout, stderr } = await smalti(argv)
  expect([code, stdout]).toEqual([EXIT.misuse, ''])
  expect(stderr).toMatch(reason)
  expect(stderr).not.toContain('hush')
})
