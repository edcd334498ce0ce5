import { expect, it } from 'vitest'
import { sharedTexts } from '../src/shared-texts.ts'

it('gives one list for equal lists, and what was given for others', () => {
  const first = sharedTexts(['b1', 'b2'])
  expect(sharedTexts(['b1', 'b2'])).toBe(first)
  expect(sharedTexts(['b1,b2'])).toEqual(['b1,b2'])
  expect(sharedTexts(['b1\nb2'])).not.toBe(first)
})
