import { SETTINGS } from '../config/settings.ts'
import { integer, type Kind } from '../config/values.ts'
import { optional, switchFlag, withDefault } from './flag.ts'

/** Flags that several commands have: one meaning, one text. */

export const force = switchFlag('replace what is there already')
export const json = switchFlag('print one JSON object with the result')
export const quiet = switchFlag('no progress and no remarks, errors only', { short: 'q' })

export const credentials = optional(SETTINGS.credentials.kind, SETTINGS.credentials.about, {
  env: 'SMALTI_CREDENTIALS',
})

/** A word, not trimmed: paths may begin and end with spaces. */
export const word = (placeholder: string): Kind<string> => ({
  placeholder,
  parse(text) {
    if (text === '') throw new Error('is empty')
    return text
  },
})

export const zoom: Kind<number> = integer(0, 30, 'ZOOM')

export const threads = withDefault(integer(1, 512), 20, 'files that are opened at a time')

export const tms = optional(word('ID|FILE'), 'tile matrix set with quadkeys, by its id or as a JSON file', {
  shown: 'WebMercatorQuad',
})

export const output = (about: string) => optional(word('ADDRESS'), about, { short: 'o', shown: 'stdout' })
