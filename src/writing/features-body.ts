import { ParameterError } from '../errors.ts'
import type { MosaicFeature } from '../mosaic/footprint.ts'

/** Features that one request may bring. */
const MAX_FEATURES = 100_000

export interface FeaturesBody {
  readonly features: readonly MosaicFeature[]
  readonly addFirst?: boolean
}

/**
 * Features of a body: a FeatureCollection, an array of features, or `{ features, addFirst }`. Each has the asset's address in a property.
 * @param property its name. @throws ParameterError naming the feature
 */
export function featuresOf(body: unknown, property = 'path'): FeaturesBody {
  const { features, addFirst } = (Array.isArray(body) ? { features: body } : (body ?? {})) as Record<string, unknown>
  if (!Array.isArray(features)) {
    throw wrong('must be a FeatureCollection, an array of features, or { "features": [...], "addFirst": true }')
  }
  if (features.length > MAX_FEATURES) throw wrong(`has more than ${MAX_FEATURES} features`)
  if (addFirst !== undefined && typeof addFirst !== 'boolean') throw wrong('addFirst: must be true or false')
  for (const [i, feature] of features.entries()) {
    const { geometry, properties } = (feature ?? {}) as Partial<MosaicFeature>
    if (typeof geometry !== 'object' || geometry === null) throw wrong(`features[${i}].geometry: is missing`)
    const path = properties?.[property]
    if (typeof path !== 'string' || path === '') {
      throw wrong(`features[${i}].properties.${property}: must be the address of the asset`)
    }
  }
  return { features: features as MosaicFeature[], addFirst }
}

function wrong(message: string): ParameterError {
  return new ParameterError('body', `body: ${message}`)
}
