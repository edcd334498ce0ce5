/** x is always easting or longitude, whatever the CRS's axis order. CRS units. */
export type BBox = readonly [minX: number, minY: number, maxX: number, maxY: number]
