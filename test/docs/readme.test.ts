import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withSettings } from '../../scripts/readme-settings.ts'

const root = new URL('../../', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, root), 'utf8')

/** Without the padding that the formatter gives to tables. */
const cells = (text: string) => text.replaceAll(/ *\| */g, '|').replaceAll(/\|(-{3,}\|)+/g, '|---|')

test('the README has the table of settings that the schema gives (npm run docs:settings)', () => {
  const readme = read('README.md')
  expect(cells(withSettings(readme))).toBe(cells(readme))
})

const pages = readdirSync(new URL('docs/', root)).filter((file) => file.endsWith('.md'))

test.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pages.map((page) => `docs/${page}`)])(
  'every file and script that %s names is there',
  (file) => {
    const text = read(file)
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => new URL(path, new URL(file, root)))
    const rooms = [...text.matchAll(/`((?:src|routes|test|scripts|docker|bench|\.ci|docs)\/[\w./-]*)`/g)].map(
      ([, path]) => new URL(path, root),
    )
    const missing = [...links, ...rooms].filter((url) => !existsSync(url)).map((url) => url.pathname.slice(root.pathname.length))
    expect(missing).toEqual([])
    const scripts = JSON.parse(read('package.json')).scripts as Record<string, string>
    const named = [...text.matchAll(/npm (?:run )?(start|test|(?<=run )[\w:]+)/g)].map(([, name]) => name)
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
  },
)
