import { SETTINGS } from '../config/settings.ts'
import { integer, type Kind, oneOf } from '../config/values.ts'
import { optional, switchFlag, withDefault } from './flag.ts'
import { quadtreeKind } from './grid-flag.ts'

/** Flags that several commands have: one meaning, one text. */

export const force = switchFlag('replace what is there already')
export const json = switchFlag('print one JSON object with the result')
export const quiet = switchFlag('no progress and no remarks, errors only', { short: 'q' })

export const credentials = optional(SETTINGS.credentials.kind, SETTINGS.credentials.about, { env: 'SMALTI_CREDENTIALS' })

/** A text as it is given: paths may begin and end with spaces. */
export function word(placeholder: string): Kind<string> {
  return {
    placeholder,
    parse(text) {
      if (text === '') throw new Error('is empty')
      return text
    },
  }
}

/** A part of a whole, 0 to 1. */
const share: Kind<number> = {
  placeholder: '0..1',
  parse(text) {
    const value = Number(text)
    if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new Error(`"${text}" is not a number from 0 to 1`)
    return value
  },
}

export const zoom = integer(0, 30, 'ZOOM')
export const output = optional(word('ADDRESS'), 'where the mosaic is written: a file, a bucket or a database', {
  short: 'o',
  shown: 'stdout',
})
export const tms = optional(quadtreeKind, 'tile matrix set of the mosaic: its id, or a file with its JSON definition', {
  shown: 'WebMercatorQuad',
})
export const layout = optional(
  oneOf(['smalti', 'cogeo-mosaic'] as const),
  "layout of a DynamoDB table: ours, which a crash cannot tear, or cogeo-mosaic's, which it can read",
  { shown: 'smalti' },
)

/** How files are read. */
export const reading = {
  threads: withDefault(integer(1, 512), 20, 'files that are opened at a time', { env: 'MAX_THREADS' }),
  absolute: switchFlag('write paths of local images from the root of the file system, not from the working directory'),
  onError: withDefault(oneOf(['skip', 'fail'] as const), 'skip', 'when a file cannot be read: go on without it, or give up'),
  resume: optional(word('FILE'), 'keep what has been read of the files there, and read only those that it does not have', {
    shown: 'kept until the command has succeeded',
  }),
}

export const minTileCover = optional(share, 'leave out images that cover no more than this part of a tile')
export const tileCoverSort = switchFlag('the images that cover most of a tile come first')
export const maxFiles = optional(integer(1), 'images that a tile gets at most')

/** Words that name images: see inputs.ts. */
export const INPUTS =
  'images, as addresses, files, folders and patterns, or text files with one address a line; - is such a text on stdin'
