import { readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { configTable } from '../src/config.ts'

const readme = new URL('../README.md', import.meta.url)

/** The README's text with its table of settings as the schema has it now. @throws where the marks are missing */
export function withSettings(text: string): string {
  const marks = /(<!-- settings: begin[^\n]*-->\n)[\s\S]*?(<!-- settings: end -->)/
  if (!marks.test(text)) throw new Error('README.md has lost the marks of its table of settings')
  return text.replace(marks, (_, begin: string, end: string) => `${begin}\n${configTable().trim()}\n\n${end}`)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await writeFile(readme, withSettings(await readFile(readme, 'utf8')))
