import { resolve } from 'node:path'
import { NotFoundError, SmaltiError } from '../errors.ts'
import { isAbsolute, resolveAddress, schemeOf } from '../net/address.ts'
import type { Net } from '../net/source.ts'

/** Address of an asset as the document (asset_prefix applied) has it. Absolute ones stay as they are written. */
export type AssetAddresses = (asset: string) => string | Promise<string>

/** Of a remote document: against the document's URL. */
export function besideUrl(documentUrl: string): AssetAddresses {
  // GDAL's /vsi… names are absolute wherever they stand.
  return (asset) => (schemeOf(asset) !== undefined || asset.startsWith('/vsi') ? asset : resolveAddress(documentUrl, asset))
}

/**
 * Of a local document: beside the document, then below the working directory. Only files that may be read are looked for, so
 * the answer says nothing of others; where there is neither, it is the first place.
 */
export function besideFile(documentPath: string, cwd: string, net: Net): AssetAddresses {
  return async (asset) => {
    if (isAbsolute(asset)) return asset
    const beside = resolveAddress(documentPath, asset)
    const below = resolve(cwd, asset)
    return below === beside || (await isThere(net, beside)) || !(await isThere(net, below)) ? beside : below
  }
}

/** Of a document without a place: below the working directory. */
export function belowDirectory(cwd: string): AssetAddresses {
  return (asset) => (isAbsolute(asset) ? asset : resolve(cwd, asset))
}

/** Of a document that is meant for an address, whether it is there yet or not. @param localPath of its file, if it has one */
export function addressesBeside(
  address: string,
  localPath: string | undefined,
  { cwd, net }: { readonly cwd: string; readonly net: Net },
): AssetAddresses {
  if (localPath !== undefined) return besideFile(localPath, cwd, net)
  return OBJECTS_AND_URLS.test(address) ? besideUrl(address) : belowDirectory(cwd)
}

const OBJECTS_AND_URLS = /^(s3|gs|az|https?):\/\//i

async function isThere(net: Net, path: string): Promise<boolean> {
  try {
    const source = await net.open(path)
    try {
      await source.read(0, 1)
      return true
    } finally {
      await source.close()
    }
  } catch (error) {
    if (error instanceof NotFoundError || (error instanceof SmaltiError && error.status === 403)) return false
    throw error
  }
}
