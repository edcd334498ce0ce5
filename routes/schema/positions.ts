import { Type } from 'typebox'

export const Position = Type.Array(Type.Number(), { minItems: 2 })
export const BBox = Type.Array(Type.Number(), {
  minItems: 4,
  maxItems: 4,
  description: 'West, south, east, north.',
  examples: [[-180, -85, 180, 85]],
})
