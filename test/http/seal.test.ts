import { expect, test } from 'vitest'
import { UnknownSealError } from '../../src/errors.ts'
import { createSealer, isSealed } from '../../src/http/seal.ts'

const KEY = 'first-key-of-the-operator-32-or-more'
const OTHER = 'another-key-of-the-operator-32-or-more'
const address = 'https://host.example/a/b.json?X-Amz-Signature=abc123&x=ä'

function sealer(...keys: string[]) {
  const made = createSealer(keys)
  if (!made) throw new Error('there is a key')
  return made
}

test('a handle says nothing of the address, is always the same, and is opened by its key', () => {
  const handle = sealer(KEY).seal(address)
  expect(handle).toMatch(/^sealed:[\w-]+$/)
  expect(isSealed(handle)).toBe(true)
  expect(Buffer.from(handle.slice(7), 'base64url').toString('latin1')).not.toMatch(/host|abc123/)
  expect(sealer(KEY).seal(address)).toBe(handle)
  expect(sealer(KEY).seal(`${address}1`).slice(0, 20)).not.toBe(handle.slice(0, 20))
  expect(sealer(KEY).open(handle)).toBe(address)
})

test('keys are changed without a break: the first one seals, all of them open', () => {
  const old = sealer(OTHER).seal(address)
  const both = sealer(KEY, OTHER)
  expect(both.open(old)).toBe(address)
  expect(both.seal(address)).toBe(sealer(KEY).seal(address))
})

test('a handle that was changed anywhere, cut, or made by another key is refused with a name for it', () => {
  const handle = sealer(KEY).seal(address)
  const bytes = Buffer.from(handle.slice(7), 'base64url')
  const changed = Array.from(bytes, (_, at) => {
    const copy = Buffer.from(bytes)
    copy[at] ^= 1
    return `sealed:${copy.toString('base64url')}`
  })
  const bad = [...changed, 'sealed:', 'sealed:AQ', handle.slice(0, -4), sealer(OTHER).seal(address)]
  for (const one of bad) expect(() => sealer(KEY).open(one)).toThrow(UnknownSealError)
})

test('without a key there is nothing that seals', () => {
  expect(createSealer([])).toBeUndefined()
})
