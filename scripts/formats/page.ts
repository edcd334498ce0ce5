import type { Kind } from './outcome.ts'
import type { Survey } from './survey.ts'

const MEANING: Readonly<Record<Kind, string>> = {
  equal: 'every sample as GDAL reads it',
  close: 'lossy, within 1 level of GDAL',
  differs: 'read, but not as GDAL reads it',
  refused: 'refused by us (422), read by GDAL',
  'both refuse': 'refused by us (422) and by GDAL',
  'GDAL refuses': 'read by us, refused by GDAL',
}

/** What of the files GDAL reads we read, too. */
export function summary({ files }: Survey): { readonly read: number; readonly close: number; readonly ofGdal: number } {
  const kinds = [...files.values()].map(({ outcome }) => outcome.kind)
  const count = (...wanted: readonly Kind[]) => kinds.filter((kind) => wanted.includes(kind)).length
  return {
    read: count('equal', 'close'),
    close: count('close'),
    ofGdal: count('equal', 'close', 'differs', 'refused'),
  }
}

/** docs/formats.md, as text. */
export function formatsPage(survey: Survey): string {
  const { read, ofGdal } = summary(survey)
  const kinds = Object.keys(MEANING) as Kind[]
  const rows = [...survey.files].map(([name, { expected, outcome }]) => {
    const stored = expected.error === undefined ? `${expected.count} x ${expected.dtype}, ${expected.compression}` : ''
    return [`\`${name}\``, stored, outcome.kind, escaped(outcome.note), outcome.place]
  })
  const counts = kinds.map((kind) => [
    kind,
    MEANING[kind],
    String([...survey.files.values()].filter(({ outcome }) => outcome.kind === kind).length),
  ])
  return [
    '# Which files are read',
    '',
    'Written by `npm run formats`; `test/wide/formats.test.ts` fails when it is not true any more.',
    '',
    `Every TIFF of the test data of GDAL and of rio-tiler, read whole (above 16 MiB: the upper left 512 x 512 pixels) and compared with what GDAL ${survey.gdal} reads, sample by sample. ` +
      `Of ${ofGdal} files that GDAL reads, ${read} are read equal (${((100 * read) / ofGdal).toFixed(1)} %). What is refused is refused with status 422, naming the file and the reason.`,
    '',
    'Place: transform (1e-9 of its size), corners and centre in WGS 84 (1 m) against GDAL and PROJ without grids. "nowhere": the file does not say where it lies, to GDAL either; it is read by pixels (`/cog/info`, `/cog/preview`).',
    '',
    ...table(['outcome', 'meaning', 'files'], counts),
    '',
    '## By file',
    '',
    ...table(['file', 'as GDAL sees it', 'outcome', 'reason or difference', 'place'], rows),
    '',
  ].join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
