import { type Samples, samplesOf, TYPE_RANGE } from '../raster.ts'
import { kernelOf } from './kernels.ts'
import { type Kind, type Register, registerOf } from './kinds.ts'
import type { ExpressionPlan, Instruction } from './plan.ts'

/** Samples that go through all steps at a time: what they need stays in the processor's cache. */
const STRIP = 4096

/**
 * Runs a plan over bands, strip by strip. `bandOf` gives the samples of a 0-based band, of the type that the plan was made for. NaN
 * becomes 0, infinities the greatest and the least value of the step's type, as rio-tiler does.
 */
export function evaluate(plan: ExpressionPlan, length: number, bandOf: (band: number) => Samples): Samples[] {
  const strip = Math.min(STRIP, length)
  const outputs = plan.outputs.map(() => samplesOf(plan.dtype, length))
  const { registers, run } = prepare(plan, strip, bandOf)
  for (let start = 0; start < length; start += strip) {
    const n = Math.min(strip, length - start)
    for (const step of run) step(start, n)
    plan.outputs.forEach((index, i) => {
      const register = registers[index]
      finite(register, plan.instructions[index].kind, n)
      outputs[i].set(register.subarray(0, n), start)
    })
  }
  return outputs
}

type Step = (start: number, n: number) => void

function prepare(
  { instructions, outputs }: ExpressionPlan,
  strip: number,
  bandOf: (band: number) => Samples,
): { registers: Register[]; run: Step[] } {
  const registers: Register[] = []
  const run: Step[] = []
  const free = new Map<Kind, Register[]>()
  const ends = lastUses(instructions, outputs)
  instructions.forEach((instruction, index) => {
    const { kind } = instruction
    if (instruction.op === 'constant') {
      registers[index] = registerOf(kind, strip).fill(instruction.value)
      return
    }
    const out = free.get(kind)?.pop() ?? registerOf(kind, strip)
    registers[index] = out
    if (instruction.op === 'band') {
      const samples = bandOf(instruction.band)
      run.push((start, n) => out.set(samples.subarray(start, start + n)))
      return
    }
    const { args } = instruction
    const [a, b, c] = [registers[args[0]], registers[args[1] ?? args[0]], registers[args[2] ?? args[0]]]
    const kernel = kernelOf(instruction.op, instruction.in)
    run.push((_, n) => kernel(out, n, a, b, c))
    for (const arg of new Set(args)) {
      if (ends[arg] !== index || instructions[arg].op === 'constant') continue
      const kindOfArg = instructions[arg].kind
      free.set(kindOfArg, [...(free.get(kindOfArg) ?? []), registers[arg]])
    }
  })
  return { registers, run }
}

/** Index of the step that uses each result last; results of the whole plan are never free. */
function lastUses(instructions: readonly Instruction[], outputs: readonly number[]): number[] {
  const ends: number[] = []
  instructions.forEach((instruction, index) => {
    if ('args' in instruction) for (const arg of instruction.args) ends[arg] = index
  })
  for (const output of outputs) ends[output] = Infinity
  return ends
}

function finite(register: Register, kind: Kind, n: number): void {
  if (kind !== 'float' && kind !== 'double') return
  const [least, greatest] = TYPE_RANGE[kind === 'float' ? 'float32' : 'float64']
  for (let i = 0; i < n; i++) {
    const value = register[i]
    // NaN and the infinities, and nothing else, are not zero when taken from themselves.
    if (value - value !== 0) register[i] = value !== value ? 0 : value > 0 ? greatest : least
  }
}
