import type { Algorithm, Parameter } from './algorithm.ts'
import { type AlgorithmName, algorithms } from './registry.ts'

/** What a program can learn of an algorithm, in titiler's shape; `parameters` in JSON Schema. */
export interface AlgorithmMetadata {
  readonly title: string
  readonly description: string
  readonly inputs: { readonly nbands: number | null }
  readonly outputs: {
    readonly nbands: number | null
    readonly dtype: string | null
    readonly min: readonly number[] | null
    readonly max: readonly number[] | null
  }
  readonly parameters: Readonly<Record<string, object>>
}

export function algorithmMetadata(name: AlgorithmName): AlgorithmMetadata {
  const { title, description, inputBands, outputBands, outputType, outputRange, parameters }: Omit<Algorithm, 'run'> =
    algorithms[name]
  return {
    title,
    description,
    inputs: { nbands: inputBands ?? null },
    outputs: {
      nbands: outputBands ?? null,
      dtype: outputType ?? null,
      min: outputRange ? [outputRange[0]] : null,
      max: outputRange ? [outputRange[1]] : null,
    },
    parameters: Object.fromEntries(Object.entries(parameters).map(([key, parameter]) => [key, schemaOf(key, parameter)])),
  }
}

function schemaOf(name: string, { type, minimum, maximum, default: fallback, description }: Parameter): object {
  const title = name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string, at: number) => (at > 0 ? ' ' : '') + letter.toUpperCase())
  const range = { maximum, minimum, type }
  if (fallback === undefined) return { anyOf: [range, { type: 'null' }], default: null, description, title }
  return { default: fallback, description, ...range, title }
}
