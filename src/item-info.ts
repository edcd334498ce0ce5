import { assetFiles } from './asset-files.ts'
import { type CogInfo, cogInfo } from './cog-info.ts'
import type { Engine } from './engine.ts'
import { newTrace } from './net/source.ts'
import { readAhead } from './read-ahead.ts'
import { printAsset, type WantedAsset } from './stac/asset-options.ts'

/** titiler's info of the assets of an item, each by what it was asked for as. @throws SmaltiError */
export async function itemInfo(
  engine: Engine,
  { url, assets }: { readonly url: string; readonly assets: readonly WantedAsset[] },
  signal: AbortSignal,
): Promise<Readonly<Record<string, CogInfo>>> {
  const { files } = await assetFiles(engine, url, { kind: 'stac', assets }, { signal, trace: newTrace() })
  const infos: [string, CogInfo][] = []
  const opened = readAhead(files, engine.limits.readAheadAll, signal, (file, stop) =>
    engine.cogs.open(file.href, { signal: stop }),
  )
  for await (const { item: file, result, error } of opened) {
    if (!result) throw error
    infos.push([printAsset(file.wanted ?? { name: file.href }), cogInfo(result)])
  }
  return Object.fromEntries(infos)
}
