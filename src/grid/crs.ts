/** A coordinate reference system as plain data: it travels to raster threads. x is always easting or longitude. */
export interface Crs {
  /** EPSG code, where the CRS has one. */
  readonly epsg?: number
  /** Definition for proj4. Two CRS are the same if their definitions are. */
  readonly definition: string
  /** Degrees (true) or linear units (false). */
  readonly geographic: boolean
}
