import type { SourceProfile } from './source-profile.ts'

/** GDAL_METADATA of the bands' descriptions, scales and offsets; undefined: they have none. */
export function gdalMetadata({ descriptions, scales, offsets }: SourceProfile): string | undefined {
  const items = descriptions.flatMap((description, band) => [
    ...(description === undefined ? [] : [item('DESCRIPTION', band, 'description', escape(description))]),
    ...(scales[band] === 1 && offsets[band] === 0
      ? []
      : [item('OFFSET', band, 'offset', String(offsets[band])), item('SCALE', band, 'scale', String(scales[band]))]),
  ])
  return items.length === 0 ? undefined : `<GDALMetadata>\n${items.map((line) => `  ${line}\n`).join('')}</GDALMetadata>`
}

function item(name: string, band: number, role: string, text: string): string {
  return `<Item name="${name}" sample="${band}" role="${role}">${text}</Item>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
