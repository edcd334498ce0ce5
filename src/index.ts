/** The library: backends by address, their pictures, and the making of mosaics. */
export { AzureBackend } from './backends/azure-backend.ts'
export { BaseBackend } from './backends/base-backend.ts'
export { DynamoDBBackend, type DynamoDBOptions } from './backends/dynamodb-backend.ts'
export { FileBackend } from './backends/file-backend.ts'
export {
  fromUrls,
  type FromUrlsOptions,
  mosaicOfFootprints,
  readFootprints,
  type ReadFootprintsOptions,
} from './backends/from-urls.ts'
export { GCSBackend } from './backends/gcs-backend.ts'
export { HttpBackend } from './backends/http-backend.ts'
export { MosaicImage } from './backends/image.ts'
export { MemoryBackend } from './backends/memory-backend.ts'
export { MosaicBackend } from './backends/mosaic-backend.ts'
export type {
  AssetsOptions,
  BackendOptions,
  LinkOptions,
  PartOptions,
  PointOptions,
  ReadingOptions,
  TileOptions,
} from './backends/options.ts'
export { S3Backend } from './backends/s3-backend.ts'
export { SQLiteBackend } from './backends/sqlite-backend.ts'
export { STACBackend, type STACOptions } from './backends/stac-backend.ts'
export * from './errors.ts'
export type { FileFootprint, Footprints } from './footprints.ts'
export { type CreateOptions, fromFeatures, type TileAddress, type TileCandidate } from './mosaic/create.ts'
export type { MosaicJSON, MosaicMembers } from './mosaic/document.ts'
export type { MosaicFeature } from './mosaic/footprint.ts'
export { updatedMosaic, type UpdateOptions } from './mosaic/update.ts'
export type { BuiltOverview, OverviewOptions } from './overview/build-overview.ts'
export type { CredentialEntry } from './net/credentials.ts'
