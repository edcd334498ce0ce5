import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type MosaicJSON, textOf } from '../mosaic/document.ts'
import type { ParsedMosaic } from '../mosaic/parse.ts'
import { schemeOf } from '../net/address.ts'
import { type ObjectScheme, parseObject, printObject, withoutVsi } from '../net/object-address.ts'
import type { WritableNet } from '../net/source.ts'
import { besideUrl } from './asset-addresses.ts'
import { checkDocumentName } from './document-name.ts'
import { DocumentStore } from './document-store.ts'
import type { StoreKind } from './kind.ts'
import { readMosaic } from './read-mosaic.ts'
import type { DeleteOptions, Revision, WriteOptions } from './store.ts'

/** A document in a bucket: S3, Google Cloud Storage or Azure Blob. */
export class BucketStore extends DocumentStore {
  readonly #address: string
  readonly #net: WritableNet

  constructor(address: string, mosaic: ParsedMosaic, revision: string, net: WritableNet) {
    super(mosaic, revision, besideUrl(address))
    this.#address = address
    this.#net = net
  }

  /** Old or new, never a part. This store goes on to show what it has read. */
  async write(mosaic: MosaicJSON, options: WriteOptions): Promise<Revision> {
    return writeMosaicObject(this.#net, this.#address, mosaic, options)
  }

  async delete({ ifRevision }: DeleteOptions = {}): Promise<void> {
    await this.#net.deleteObject(this.#address, { ifRevision })
  }
}

/**
 * Writes a document to a bucket in one request; packed if the key ends with `.gz`.
 * @returns its revision. @throws AlreadyExistsError if it is there and may not be overwritten; PreconditionFailedError if it is not of `ifRevision`
 */
export async function writeMosaicObject(
  net: WritableNet,
  address: string,
  mosaic: MosaicJSON,
  { overwrite = false, ifRevision, text = textOf(mosaic) }: WriteOptions,
): Promise<string> {
  const bytes = parseObject(address).key.endsWith('.gz') ? await promisify(gzip)(text) : text
  const ifAbsent = !overwrite && ifRevision === undefined
  return net.writeObject(address, bytes, { ifAbsent, ifRevision })
}

function bucketKind(name: string, scheme: ObjectScheme): StoreKind {
  return {
    name,
    matches: (address) => schemeOf(withoutVsi(address)) === scheme,
    check: parseObject,
    async open(address, context, options) {
      const normal = printObject(parseObject(address))
      const read = await readMosaic(normal, context, options)
      return read && new BucketStore(normal, read.mosaic, read.revision, context.net)
    },
    touches: (address) => ({ addresses: [checkDocumentName(printObject(parseObject(address)))] }),
    create: (address, mosaic, context, options) =>
      writeMosaicObject(context.net, printObject(parseObject(address)), mosaic, options),
  }
}

export const s3Kind = bucketKind('S3', 's3')
export const gcsKind = bucketKind('GCS', 'gs')
export const azureKind = bucketKind('Azure', 'az')
