import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

const MODULE = new URL('../../src/work/shared-weight.ts', import.meta.url).href

/** 1500 blocks of 1 MiB, none of them kept; prints the greatest resident size in MiB. */
const SCRIPT = `
  const { weigh } = await import('${MODULE}')
  let peak = 0
  for (let i = 0; i < 1500; i++) {
    const band = new Uint8Array(new SharedArrayBuffer(1 << 20)).fill(1)
    if (process.argv[1] === 'weighed') weigh({ x: 0, y: 0, width: 1024, height: 1024, bands: [band] })
    await new Promise(setImmediate)
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  console.log(Math.round(peak / 1048576))
`

function peakMiB(mode: string): number {
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', SCRIPT, mode]).toString())
}

it('shared memory that nobody holds any more is given back in time', () => {
  expect(peakMiB('weighed')).toBeLessThan(250)
  // What V8 does by itself: should it learn to count shared memory, shared-weight.ts can go.
  expect(peakMiB('as it is')).toBeGreaterThan(400)
})
