import type { Cog } from '../cog/cog.ts'
import type { Engine } from '../engine.ts'
import { NoAssetsError } from '../errors.ts'
import { isSkippable } from '../compose-assets.ts'
import { newTrace } from '../net/source.ts'
import type { MosaicStore } from '../stores/store.ts'
import type { SampleFormat } from './samples-block.ts'

/** What the samples of a mosaic are: those of its first asset, and an overview's too. */
export interface SourceProfile extends SampleFormat {
  /** Absent ones are undefined; one place a band. */
  readonly descriptions: readonly (string | undefined)[]
  readonly scales: readonly number[]
  readonly offsets: readonly number[]
  /** GDAL's names: gray, red … */
  readonly colors: readonly string[]
  readonly palette?: Cog['palette']
}

/** Assets that are tried where they may be skipped. */
const TRIES = 20

/** @throws SmaltiError of the first asset, or of the last one tried */
export async function sourceProfile(
  engine: Engine,
  store: MosaicStore,
  { onError, signal }: { readonly onError: 'skip' | 'fail'; readonly signal: AbortSignal },
): Promise<SourceProfile> {
  const assets = await store.assetsFor([''], { maxAssets: engine.limits.maxAssets, limit: TRIES, signal })
  let failure: unknown
  for (const href of assets) {
    try {
      return profileOf(await engine.cogs.open(href, { signal, trace: newTrace() }))
    } catch (error) {
      if (onError === 'fail' || !isSkippable(error)) throw error
      failure ??= error
    }
  }
  throw failure ?? new NoAssetsError('the mosaic has no assets, so there is nothing to make an overview of')
}

/** Of all bands but alpha, which becomes the mask, as in every picture of a mosaic. */
function profileOf({ info, metadata, colors = [], palette }: Cog): SourceProfile {
  const bands = Array.from({ length: info.bandCount }, (_, band) => band).filter((band) => band !== info.alphaBand)
  return {
    dtype: info.dtype,
    bandCount: bands.length,
    descriptions: bands.map((band) => metadata?.descriptions[band]),
    scales: bands.map((band) => metadata?.scales[band] ?? 1),
    offsets: bands.map((band) => metadata?.offsets[band] ?? 0),
    colors: bands.map((band) => colors[band] ?? 'undefined'),
    palette,
  }
}
