import { describe, expect, it } from 'vitest'
import { type CpuProfile, flameOf, flameText } from '../../bench/flame.ts'

const call = (id: number, functionName: string, children: number[] = [], url = '') => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
  children,
})

/** root -> serve -> (warp, encode -> zlib), idle, a thread's wait; a sample a millisecond from 1000 µs on. */
const PROFILE: CpuProfile = {
  nodes: [
    call(1, '(root)', [2, 6, 7]),
    call(2, 'serve', [3, 4], 'file:///somewhere/src/server.ts'),
    call(3, 'warp'),
    call(4, 'encode', [5]),
    call(5, 'deflate'),
    call(6, '(idle)'),
    call(7, 'atomicsWaitLoop', [8]),
    call(8, 'decode'),
  ],
  startTime: 0,
  samples: [3, 3, 3, 5, 6, 6, 7, 8],
  timeDeltas: [1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000],
}

describe('flameOf', () => {
  it('counts busy time by calls, without sleep', () => {
    const root = flameOf([PROFILE])
    expect(root.total).toBe(5)
    expect([...root.children.keys()]).toEqual(['serve src/server.ts:10', 'atomicsWaitLoop'])
    const serve = root.children.get('serve src/server.ts:10')
    expect(serve?.total).toBe(4)
    expect(serve?.children.get('warp')?.total).toBe(3)
    expect(root.children.get('atomicsWaitLoop')?.children.get('decode')?.total).toBe(1)
  })

  it('counts from a moment on, and several threads together', () => {
    expect(flameOf([PROFILE], 3500).total).toBe(2)
    expect(flameOf([PROFILE, PROFILE]).total).toBe(10)
  })
})

describe('flameText', () => {
  it('shows shares, the largest first, and calls without branches as one line', () => {
    const lines = flameText(flameOf([PROFILE])).split('\n')
    expect(lines.map((line) => line.replace(/^[█ ]+/, ''))).toEqual([
      '100 % busy',
      '80 %   serve src/server.ts:10',
      '60 %     warp',
      '20 %     encode … deflate',
      '20 %   atomicsWaitLoop … decode',
    ])
  })

  it('leaves out what hardly counts', () => {
    expect(flameText(flameOf([PROFILE]), 0.5)).not.toContain('deflate')
  })

  it('is empty where nothing was done', () => {
    expect(flameText(flameOf([]))).toBe('')
  })
})
