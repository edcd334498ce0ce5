/** What lies at a request's address: a mosaic; one COG, or one STAC item, which is served as a mosaic of one. */
export type SourceKind = 'mosaic' | 'cog' | 'stac'
