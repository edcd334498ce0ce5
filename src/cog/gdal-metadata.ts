/** What GDAL_METADATA says of the bands; each list has one place a band. */
export interface BandMetadata {
  readonly descriptions: readonly (string | undefined)[]
  readonly scales: readonly number[]
  readonly offsets: readonly number[]
  /** GDAL's names, lower case: red, alpha, undefined … where the metadata give one. */
  readonly colorInterpretations: readonly (string | undefined)[]
  /** Smallest and greatest value, where statistics are stored. */
  readonly ranges: readonly (readonly [min: number, max: number] | undefined)[]
  /** All items without a role, by their names. */
  readonly tags: readonly Readonly<Record<string, string>>[]
}

const MAX_ITEMS = 4096
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

interface Item {
  readonly name?: string
  readonly role?: string
  readonly sample?: string
  readonly text: string
}

/** Reads the items of GDAL's XML in one pass over the text; anything else in it is skipped. */
export function parseBandMetadata(xml: string | undefined, bandCount: number): BandMetadata {
  const descriptions = Array.from({ length: bandCount }, (): string | undefined => undefined)
  const scales = descriptions.map(() => 1)
  const offsets = descriptions.map(() => 0)
  const colors = descriptions.slice()
  const tags = descriptions.map((): Record<string, string> => ({}))
  const minima: (number | undefined)[] = []
  const maxima: (number | undefined)[] = []
  for (const { name, role, sample, text } of items(xml ?? '')) {
    const band = Number(sample ?? NaN)
    if (!Number.isInteger(band) || band < 0 || band >= bandCount) continue
    const value = text.trim() === '' ? undefined : finite(Number(text))
    if (role === 'description') descriptions[band] = text
    else if (role === 'scale') scales[band] = value ?? 1
    else if (role === 'offset') offsets[band] = value ?? 0
    else if (role === 'colorinterp') colors[band] = text.trim().toLowerCase()
    else if (role === undefined && name !== undefined && name !== '__proto__') tags[band][name] = text
    if (name === 'STATISTICS_MINIMUM') minima[band] = value
    else if (name === 'STATISTICS_MAXIMUM') maxima[band] = value
  }
  const ranges = descriptions.map((_, band) => {
    const [min, max] = [minima[band], maxima[band]]
    return min === undefined || max === undefined ? undefined : ([min, max] as const)
  })
  return { descriptions, scales, offsets, colorInterpretations: colors, ranges, tags }
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

function* items(xml: string): Generator<Item> {
  let at = 0
  for (let count = 0; count < MAX_ITEMS; count++) {
    const start = xml.indexOf('<Item ', at)
    const open = start < 0 ? -1 : xml.indexOf('>', start)
    const close = open < 0 ? -1 : xml.indexOf('</Item>', open)
    if (close < 0) return
    const head = xml.slice(start + 5, Math.min(open, start + 1024))
    yield {
      name: attribute(head, 'name'),
      role: attribute(head, 'role'),
      sample: attribute(head, 'sample'),
      text: unescape(xml.slice(open + 1, close)),
    }
    at = close + 7
  }
}

function attribute(head: string, name: string): string | undefined {
  const start = head.indexOf(` ${name}="`)
  if (start < 0) return undefined
  const from = start + name.length + 3
  const end = head.indexOf('"', from)
  return end < 0 ? undefined : unescape(head.slice(from, end))
}

function unescape(text: string): string {
  return text.includes('&') ? text.replace(/&(lt|gt|amp|quot|apos);/g, (_, entity: string) => ENTITIES[entity]) : text
}
