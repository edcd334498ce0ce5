import { escapeMarkup as escape } from '../../src/markup.ts'

type Members = Readonly<Record<string, unknown>>

/** Members that are shown as they are: more are folded away. */
const MANY = 60

/** What a JSON answer says, for people: lists, tables and links of it, whatever it is. Everything in it is escaped. */
export function jsonPage(value: unknown): string {
  if (Array.isArray(value)) return listOf(value)
  if (isObject(value)) return membersOf(value)
  if (typeof value === 'string' && /^https?:\/\/[^{}]*$/.test(value)) return anchor(value, value)
  return escape(String(value ?? '—'))
}

function listOf(values: readonly unknown[]): string {
  if (values.length === 0) return '—'
  if (values.every((value) => typeof value !== 'object')) {
    const short = values.every((value) => typeof value === 'number') || values.join().length < 80
    if (short) return escape(values.join(', '))
  }
  if (values.every((value) => isObject(value) && 'href' in value && 'rel' in value)) return linksOf(values as Members[])
  if (values.every(isObject) && !values.some((value) => 'links' in value)) return tableOf(values)
  return `<ul class="entries">${values.map((value) => `<li>${isObject(value) ? entryOf(value) : jsonPage(value)}</li>`).join('')}</ul>`
}

/** One thing of a list of them: its name leads to it. */
function entryOf({ id, title, links, ...others }: Members): string {
  const name = escape(String(title ?? id ?? ''))
  const [first, ...more] = Array.isArray(links) ? (links as Members[]) : []
  const head = first && !isTemplate(first) ? anchor(String(first.href), name, true) : name
  const beside = title !== undefined && id !== undefined && title !== id ? ` <code>${escape(String(id))}</code>` : ''
  const rest = Object.keys(others).length > 0 ? membersOf(others) : ''
  return `${head}${beside}${more.length > 0 ? linksOf(more) : ''}${rest}`
}

function linksOf(links: readonly Members[]): string {
  const items = links.map((link) => {
    const { href, rel, type, title } = link
    const name = escape(String(title ?? rel))
    const kind = typeof type === 'string' ? ` <span class="quiet">${escape(type)}</span>` : ''
    if (isTemplate(link)) return `<li>${name}${kind}<br /><code>${escape(String(href))}</code></li>`
    return `<li>${anchor(String(href), name, true)}${kind}</li>`
  })
  return `<ul class="links">${items.join('')}</ul>`
}

/** Things of one kind: a row each. */
function tableOf(rows: readonly Members[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const head = columns.map((name) => `<th>${escape(name)}</th>`).join('')
  const body = rows.map(
    (row) => `<tr>${columns.map((name) => `<td>${row[name] === undefined ? '' : jsonPage(row[name])}</td>`).join('')}</tr>`,
  )
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
}

function membersOf(members: Members): string {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined)
  // A list in an envelope: the page's title says what it is.
  if (entries.length === 1 && Array.isArray(entries[0][1])) return listOf(entries[0][1])
  const list = `<dl>${entries.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${jsonPage(value)}</dd>`).join('')}</dl>`
  return entries.length > MANY ? `<details><summary>${entries.length} values</summary>${list}</details>` : list
}

/** @param isMarkup the text is escaped already */
function anchor(href: string, text: string, isMarkup = false): string {
  // Only what leads to a page: no scripts.
  return /^(https?:\/\/|\.{0,2}\/)/.test(href) ? `<a href="${escape(href)}">${isMarkup ? text : escape(text)}</a>` : text
}

function isTemplate({ href, templated }: Members): boolean {
  return templated === true || /[{}]/.test(String(href))
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
