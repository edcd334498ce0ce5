import { ParameterError } from '../errors.ts'
import type { MosaicFeature } from '../mosaic/footprint.ts'
import { valueAt } from '../stores/stac-item.ts'
import { MisuseError } from './command.ts'
import { readBytes } from './read-bytes.ts'
import type { Terminal } from './terminal.ts'

/** RFC 8142: stands before each text of a sequence. */
const RECORD_SEPARATOR = '\u001E'

/** GeoJSON features: a FeatureCollection, an array, one feature, or one a line. @throws MisuseError saying what is none */
export async function readFeatures(file: string, terminal: Terminal): Promise<readonly MosaicFeature[]> {
  const text = new TextDecoder().decode(await readBytes(file, terminal)).replaceAll(RECORD_SEPARATOR, '')
  const whole = parsed(text)
  const features = (whole === undefined ? lines(text) : [whole]).flatMap(featuresOf)
  if (features.length === 0) throw new MisuseError('there is no feature in the input')
  return features
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function lines(text: string): readonly unknown[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    const value = parsed(line)
    if (value === undefined) throw new MisuseError(`line ${i + 1} of the features is not JSON`)
    return [value]
  })
}

function featuresOf(value: unknown): readonly MosaicFeature[] {
  if (Array.isArray(value)) return value.flatMap(featuresOf)
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
  if (type === 'Feature') return [value as MosaicFeature]
  if (type === 'FeatureCollection' && Array.isArray((value as { features?: unknown }).features)) {
    return (value as { features: unknown[] }).features.flatMap(featuresOf)
  }
  throw new MisuseError(`the input has something that is not a GeoJSON feature: ${JSON.stringify(value).slice(0, 60)}`)
}

/** The text at a path of a feature, or of its properties. @throws ParameterError naming the feature that has none */
export function accessorOf(path: string): (feature: MosaicFeature) => string {
  const names = path.split('.')
  return (feature) => {
    const value = valueAt(feature.properties, names) ?? valueAt(feature, names)
    if (typeof value === 'string' && value !== '') return value
    throw new ParameterError(
      'property',
      `the feature ${JSON.stringify(feature.id ?? feature.properties).slice(0, 80)} has no text at ${path}`,
    )
  }
}
