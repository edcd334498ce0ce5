// Writes docs/formats.md: every file of a folder of TIFFs, read by us and compared with GDAL. npm run formats -- [FOLDER]
// (default: $TEST_SHARED/data/tiffs, else ../shared/data/tiffs)
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { formatsPage } from './formats/page.ts'
import { survey } from './formats/survey.ts'

const folder = resolve(process.argv[2] ?? `${process.env['TEST_SHARED'] ?? '../shared'}/data/tiffs`)
const page = formatsPage(await survey(folder))
writeFileSync(new URL('../docs/formats.md', import.meta.url), page)
console.log(page.split('\n').slice(0, 40).join('\n'))
