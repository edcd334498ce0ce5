import { MosaicBackend } from '../backends/mosaic-backend.ts'
import { integer, oneOf } from '../config/values.ts'
import { withoutSecrets } from '../http/secrets.ts'
import { CODINGS } from '../overview/coding.ts'
import { REPROJECTIONS, RESAMPLINGS } from '../raster/part-plan.ts'
import { command } from './command.ts'
import { credentials, force, json, quiet, word, zoom } from './common-flags.ts'
import { EXIT } from './exit-codes.ts'
import { optional, required, switchFlag, withDefault } from './flag.ts'

export const overview = command({
  about:
    'Makes an overview of a mosaic: one low-resolution COG, which the server uses for tiles of low zooms instead of hundreds of ' +
    'images. The mosaic gets a member that says where it is. A run that was stopped goes on where it was when it is called again.',
  arguments: [{ name: 'ADDRESS', about: 'the mosaic' }],
  flags: {
    output: required(word('ADDRESS'), 'where the COG is written: a file, or an object of a bucket', { short: 'o' }),
    zoom: optional(zoom, 'highest zoom that the overview is for', { shown: "the mosaic's minzoom" }),
    maxSize: optional(integer(256, 2 ** 20, 'PIXELS'), 'longer side at most: where it does not do, the zoom is lowered', {
      shown: '65536',
    }),
    resampling: withDefault(oneOf(RESAMPLINGS), 'nearest', 'how the images are brought to a lower resolution'),
    reproject: withDefault(oneOf(REPROJECTIONS), 'nearest', 'how the images are brought to Web Mercator'),
    compression: withDefault(
      oneOf(CODINGS),
      'deflate',
      'how the pixels are packed: deflate exactly; jpeg and webp smaller, for photographs of three bands of uint8',
    ),
    onError: withDefault(
      oneOf(['skip', 'fail'] as const),
      'fail',
      'when an image cannot be read: leave a hole, or stop (what is done is kept)',
    ),
    href: optional(word('ADDRESS'), 'how the mosaic names the COG', {
      shown: 'its address, relative if it lies beside or below',
    }),
    noLink: switchFlag('leave the mosaic as it is'),
    workers: optional(integer(1, 512), 'raster threads', { shown: 'cores' }),
    credentials,
    force,
    json,
    quiet,
  },
  examples: [
    ['smalti overview mosaic.json -o mosaic-overview.tif', 'a file beside the mosaic'],
    ['smalti overview s3://bucket/mosaic.json -o s3://bucket/overview.tif --max-size 16384', 'in a bucket, and not large'],
  ],
  async run({ flags, words: [address], terminal }) {
    const {
      output,
      zoom: highest,
      maxSize,
      resampling,
      reproject,
      compression,
      onError,
      href,
      noLink,
      workers,
      quiet: isQuiet,
    } = flags
    const progress = terminal.progress('overview', { quiet: isQuiet })
    await using mosaic = await MosaicBackend(address, {
      credentials: flags.credentials,
      cwd: terminal.cwd,
      allow: 'all',
      workers,
    })
    const built = await mosaic
      .overview(output, {
        zoom: highest,
        maxSize,
        resampling,
        reproject,
        compression,
        onError,
        href,
        link: !noLink,
        overwrite: flags.force,
        concurrency: workers && workers + 1,
        signal: terminal.signal,
        onProgress: (done, total) => progress.update(done, total),
      })
      .finally(() => progress.end())
    const result = { ...built, address: withoutSecrets(built.address), linked: !noLink }
    if (flags.json) await terminal.print(`${JSON.stringify(result)}\n`)
    else if (!isQuiet) {
      for (const asset of built.skipped) terminal.say(`left out: ${withoutSecrets(asset)}`)
      terminal.say(`${result.address}: ${built.width} x ${built.height} pixels, for zooms up to ${built.maxzoom}`)
    }
    return built.skipped.length > 0 ? EXIT.incomplete : EXIT.ok
  },
})
