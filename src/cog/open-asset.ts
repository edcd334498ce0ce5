import { schemeOf } from '../net/address.ts'
import type { ByteSource, Net } from '../net/source.ts'
import { MergedSource } from './merged-source.ts'

/** Opens an asset for reading by blocks. Nothing is sent before the first read. @throws NotAllowedError */
export async function openAsset(net: Net, href: string): Promise<ByteSource> {
  const source = await net.open(href)
  const scheme = schemeOf(href)
  return scheme === undefined || scheme === 'file' ? source : new MergedSource(source)
}
