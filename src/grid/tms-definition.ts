/** One zoom level. OGC 17-083r4, with `pointOfOrigin` in the order of the set's axes. */
export interface TileMatrix {
  readonly id: string
  readonly scaleDenominator: number
  /** CRS units a pixel. */
  readonly cellSize: number
  readonly cornerOfOrigin: string
  readonly pointOfOrigin: readonly number[]
  readonly tileWidth: number
  readonly tileHeight: number
  readonly matrixWidth: number
  readonly matrixHeight: number
  /** Rows where `coalesce` tiles are one. */
  readonly variableMatrixWidths?: readonly VariableMatrixWidth[]
}

export interface VariableMatrixWidth {
  readonly coalesce: number
  readonly minTileRow: number
  readonly maxTileRow: number
}

/** The definition as published (JSON encoding of the standard). */
export interface TileMatrixSetDefinition {
  readonly id: string
  readonly title?: string
  readonly description?: string
  readonly uri?: string
  readonly crs: string
  readonly orderedAxes: readonly string[]
  readonly wellKnownScaleSet?: string
  readonly tileMatrices: readonly TileMatrix[]
}

type Members = Readonly<Record<string, unknown>>

/**
 * A definition that somebody wrote, checked: zooms are whole numbers without a gap, tiles are square in pixels. Members that we do not
 * know are dropped. @throws Error whose message names the member at fault
 */
export function parseTileMatrixSet(value: unknown): TileMatrixSetDefinition {
  const set = members(value, 'the document')
  const id = text(set, 'id')
  if (!/^[\w.-]{1,100}$/.test(id)) throw new Error('id: may hold letters, digits, _, - and . only')
  const tileMatrices = list(set, 'tileMatrices').map((item, index) => tileMatrix(members(item, `tileMatrices[${index}]`)))
  tileMatrices.sort((a, b) => Number(a.id) - Number(b.id))
  const gap = tileMatrices.findIndex((matrix, index) => Number(matrix.id) !== Number(tileMatrices[0].id) + index)
  if (gap >= 0)
    throw new Error(`tileMatrices: the ids must be whole numbers without a gap, and ${tileMatrices[gap].id} does not follow`)
  const crs = crsText(set.crs)
  return {
    id,
    title: optionalText(set, 'title'),
    description: optionalText(set, 'description'),
    uri: optionalText(set, 'uri'),
    crs,
    orderedAxes: set.orderedAxes === undefined ? axesOf(crs) : list(set, 'orderedAxes').map(String),
    wellKnownScaleSet: optionalText(set, 'wellKnownScaleSet'),
    tileMatrices,
  }
}

function tileMatrix(matrix: Members): TileMatrix {
  const id = text(matrix, 'id')
  const at = `tileMatrix ${id}: `
  if (!/^-?\d{1,2}$/.test(id)) throw new Error(`${at}id: must be a zoom, a whole number`)
  const pointOfOrigin = list(matrix, 'pointOfOrigin', at).map(Number)
  if (pointOfOrigin.length !== 2 || !pointOfOrigin.every(Number.isFinite))
    throw new Error(`${at}pointOfOrigin: must be two numbers`)
  const cornerOfOrigin = optionalText(matrix, 'cornerOfOrigin') ?? 'topLeft'
  if (cornerOfOrigin !== 'topLeft' && cornerOfOrigin !== 'bottomLeft')
    throw new Error(`${at}cornerOfOrigin: must be topLeft or bottomLeft`)
  const tileWidth = positive(matrix, 'tileWidth', at, true)
  const tileHeight = positive(matrix, 'tileHeight', at, true)
  if (tileWidth !== tileHeight) throw new Error(`${at}tileWidth and tileHeight must be equal`)
  return {
    id,
    scaleDenominator: positive(matrix, 'scaleDenominator', at),
    cellSize: positive(matrix, 'cellSize', at),
    cornerOfOrigin,
    pointOfOrigin,
    tileWidth,
    tileHeight,
    matrixWidth: positive(matrix, 'matrixWidth', at, true),
    matrixHeight: positive(matrix, 'matrixHeight', at, true),
    variableMatrixWidths:
      matrix.variableMatrixWidths === undefined
        ? undefined
        : list(matrix, 'variableMatrixWidths', at).map((item) => variableWidth(members(item, `${at}variableMatrixWidths`), at)),
  }
}

function variableWidth(width: Members, at: string): VariableMatrixWidth {
  const row = (name: string) => {
    const value = width[name]
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw new Error(`${at}${name}: must be a row`)
    return value
  }
  return { coalesce: positive(width, 'coalesce', at, true), minTileRow: row('minTileRow'), maxTileRow: row('maxTileRow') }
}

/** A text, `{ uri }`, or `{ wkt }` in PROJJSON with its code. */
function crsText(value: unknown): string {
  if (typeof value === 'string') return value
  const { uri, wkt } = members(value, 'crs')
  if (typeof uri === 'string') return uri
  const { authority, code } = members(members(wkt, 'crs.wkt').id, 'crs.wkt.id')
  return `${String(authority)}:${String(code)}`
}

/** Where the definition does not say: latitude first for geographic EPSG codes, as the standard has it. */
function axesOf(crs: string): string[] {
  return /\b4\d{3}$/.test(crs) ? ['Lat', 'Lon'] : ['X', 'Y']
}

function members(value: unknown, name: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${name}: must be an object`)
  return value as Members
}

function text(from: Members, name: string): string {
  const value = from[name]
  if (typeof value !== 'string' || value === '') throw new Error(`${name}: must be a text`)
  return value
}

function optionalText(from: Members, name: string): string | undefined {
  return from[name] == null ? undefined : text(from, name)
}

function list(from: Members, name: string, at = ''): readonly unknown[] {
  const value = from[name]
  if (!Array.isArray(value) || value.length === 0) throw new Error(`${at}${name}: must be a list`)
  return value
}

function positive(from: Members, name: string, at: string, whole = false): number {
  const value = from[name]
  if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value) || (whole && !Number.isInteger(value)))
    throw new Error(`${at}${name}: must be a ${whole ? 'whole ' : ''}number above 0`)
  return value
}
