import { Type } from 'typebox'

const BoundingBox = Type.Object({
  lowerLeft: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
  upperRight: Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }),
  crs: Type.Optional(Type.String()),
})
const Link = Type.Object({
  href: Type.String(),
  rel: Type.String(),
  type: Type.Optional(Type.String()),
  title: Type.Optional(Type.String()),
  templated: Type.Optional(Type.Boolean()),
})
const tilesetMembers = {
  title: Type.String(),
  dataType: Type.Literal('map'),
  crs: Type.String(),
  accessConstraints: Type.Literal('unclassified'),
  boundingBox: BoundingBox,
  links: Type.Array(Link),
}

/** OGC API Tiles. */
export const TilesetList = Type.Object({ tilesets: Type.Array(Type.Object(tilesetMembers)) })
export const Tileset = Type.Object({
  ...tilesetMembers,
  tileMatrixSetLimits: Type.Array(
    Type.Object({
      tileMatrix: Type.String(),
      minTileRow: Type.Integer(),
      maxTileRow: Type.Integer(),
      minTileCol: Type.Integer(),
      maxTileCol: Type.Integer(),
    }),
  ),
})
