import { geographicCrs } from './grid/geographic-crs.ts'
import { tileMatrixLimits, type TileMatrixLimits } from './grid/tile-limits.ts'
import { TILE_MATRIX_SETS, tileMatrixSet, type TileMatrixSet } from './grid/tms.ts'
import { escapeMarkup as escape } from './markup.ts'
import type { TileSource, Zooms } from './tile-source.ts'

export interface WmtsRequest {
  /** Address of the routes: `https://host/prefix/mosaic`. */
  readonly base: string
  /** Address of this document. */
  readonly self: string
  /** Parameters of the tiles, `url` included. */
  readonly query: string
  /** Extension and media type of the tiles. */
  readonly format: string
  readonly mediaType: string
  /** Zooms by tile matrix set; `*` for all others. */
  readonly zooms: ReadonlyMap<string, Zooms>
  /** `EPSG:code` instead of the CRS's own address, for clients that know only that. */
  readonly useEpsg: boolean
}

/** WMTS 1.0.0 capabilities (OGC 07-057r7), RESTful: a layer for every tile matrix set, as titiler has it. */
export function wmtsCapabilities(source: TileSource, request: WmtsRequest): string {
  const sets = TILE_MATRIX_SETS.map((id) => tileMatrixSet(id))
  const self = escape(request.self)
  const operations = ['GetCapabilities', 'GetTile'].map(
    (name) => `    <ows:Operation name="${name}">
      <ows:DCP><ows:HTTP><ows:Get xlink:href="${self}">
        <ows:Constraint name="GetEncoding"><ows:AllowedValues><ows:Value>RESTful</ows:Value></ows:AllowedValues></ows:Constraint>
      </ows:Get></ows:HTTP></ows:DCP>
    </ows:Operation>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.opengis.net/wmts/1.0 http://schemas.opengis.net/wmts/1.0/wmtsGetCapabilities_response.xsd" version="1.0.0">
  <ows:ServiceIdentification>
    <ows:Title>${escape(source.name)}</ows:Title>
    <ows:ServiceType>OGC WMTS</ows:ServiceType>
    <ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion>
  </ows:ServiceIdentification>
  <ows:OperationsMetadata>
${operations.join('\n')}
  </ows:OperationsMetadata>
  <Contents>
${sets.map((tms) => layer(source, tms, request)).join('\n')}
${sets.map((tms) => matrixSet(tms, request.useEpsg)).join('\n')}
  </Contents>
  <ServiceMetadataURL xlink:href="${self}"/>
</Capabilities>
`
}

function layer(source: TileSource, tms: TileMatrixSet, request: WmtsRequest): string {
  const { minzoom, maxzoom } = request.zooms.get(tms.id) ?? request.zooms.get('*') ?? source.zooms(tms)
  const [west, south, east, north] = source.bounds
  const id = escape(`${source.name}_${tms.id}_default`)
  const template = escape(`${request.base}/tiles/${tms.id}/{TileMatrix}/{TileCol}/{TileRow}.${request.format}?${request.query}`)
  return `    <Layer>
      <ows:Title>${id}</ows:Title>
      <ows:WGS84BoundingBox crs="urn:ogc:def:crs:OGC:2:84">
        <ows:LowerCorner>${west} ${south}</ows:LowerCorner>
        <ows:UpperCorner>${east} ${north}</ows:UpperCorner>
      </ows:WGS84BoundingBox>
      <ows:Identifier>${id}</ows:Identifier>
      <Style isDefault="true"><ows:Identifier>default</ows:Identifier></Style>
      <Format>${request.mediaType}</Format>
      <TileMatrixSetLink>
        <TileMatrixSet>${tms.id}</TileMatrixSet>
        <TileMatrixSetLimits>
${tileMatrixLimits(tms, source.bounds, minzoom, maxzoom).map(limits).join('\n')}
        </TileMatrixSetLimits>
      </TileMatrixSetLink>
      <ResourceURL format="${request.mediaType}" resourceType="tile" template="${template}"/>
    </Layer>`
}

function limits({ tileMatrix, minTileRow, maxTileRow, minTileCol, maxTileCol }: TileMatrixLimits): string {
  return `          <TileMatrixLimits><TileMatrix>${tileMatrix}</TileMatrix><MinTileRow>${minTileRow}</MinTileRow><MaxTileRow>${maxTileRow}</MaxTileRow><MinTileCol>${minTileCol}</MinTileCol><MaxTileCol>${maxTileCol}</MaxTileCol></TileMatrixLimits>`
}

function matrixSet({ id, crs, definition }: TileMatrixSet, useEpsg: boolean): string {
  const supported = useEpsg ? `EPSG:${crs.epsg ?? geographicCrs(crs).epsg ?? 4326}` : definition.crs
  const matrices = definition.tileMatrices.map(
    (m) => `      <TileMatrix>
        <ows:Identifier>${m.id}</ows:Identifier>
        <ScaleDenominator>${m.scaleDenominator}</ScaleDenominator>
        <TopLeftCorner>${m.pointOfOrigin.join(' ')}</TopLeftCorner>
        <TileWidth>${m.tileWidth}</TileWidth><TileHeight>${m.tileHeight}</TileHeight>
        <MatrixWidth>${m.matrixWidth}</MatrixWidth><MatrixHeight>${m.matrixHeight}</MatrixHeight>
      </TileMatrix>`,
  )
  return `    <TileMatrixSet>
      <ows:Identifier>${id}</ows:Identifier>
      <ows:SupportedCRS>${escape(supported)}</ows:SupportedCRS>
${matrices.join('\n')}
    </TileMatrixSet>`
}
