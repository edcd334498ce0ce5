import { readFileSync } from 'node:fs'
import { closest } from 'fastest-levenshtein'
import type { RegisteredMosaic } from '../mosaic/registered.ts'
import { checkedSearch, isStac, parseStac, printStac } from '../stores/stac-address.ts'

type Members = Readonly<Record<string, unknown>>
type Environment = Readonly<Record<string, string | undefined>>

const NAME = /^[A-Za-z0-9._-]{1,64}$/
const TEXTS = ['title', 'description', 'attribution'] as const
const OF_SEARCHES = ['search', 'minzoom', 'maxzoom', 'max_items', 'page_limit', 'accessor'] as const
const KNOWN: readonly string[] = ['url', ...TEXTS, 'assets', 'render', ...OF_SEARCHES]

/**
 * The mosaics of a file: a JSON object of them by name. A `url` may be `{ "env": "VARIABLE" }`.
 * @throws Error whose message says which member of which mosaic is wrong, and repeats no address
 */
export function readMosaics(path: string, env: Environment = process.env): readonly RegisteredMosaic[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'error'}`, { cause: error })
  }
  let mosaics: unknown
  try {
    mosaics = JSON.parse(text)
  } catch {
    // JSON.parse quotes the text around the fault, which may be a secret.
    throw new Error(`${path} is not JSON`)
  }
  if (!isObject(mosaics)) throw new Error(`${path} is not a JSON object of mosaics by name`)
  return Object.entries(mosaics).map(([name, members]) => {
    const where = `${path}: ${name.slice(0, 80)}`
    if (!NAME.test(name)) throw new Error(`${where}: a name has 1 to 64 letters, digits, ".", "_" and "-"`)
    if (!isObject(members)) throw new Error(`${where} is not an object`)
    return registered(name, members, where, env)
  })
}

function registered(name: string, members: Members, where: string, env: Environment): RegisteredMosaic {
  for (const member of Object.keys(members)) {
    if (!KNOWN.includes(member)) {
      throw new Error(`${where}.${member.slice(0, 80)} is not known; did you mean ${closest(member, [...KNOWN])}?`)
    }
  }
  for (const member of TEXTS) {
    const value = members[member]
    if (value !== undefined && typeof value !== 'string') throw new Error(`${where}.${member} must be a text`)
  }
  const { title, description, attribution } = members as Partial<Record<(typeof TEXTS)[number], string>>
  const { assets = 'hidden' } = members
  if (assets !== 'hidden' && assets !== 'shown') throw new Error(`${where}.assets must be "hidden" or "shown"`)
  const address = addressOf(members, where, env)
  return { name, address, title, description, attribution, assets, render: renderOf(members.render, `${where}.render`) }
}

function addressOf(members: Members, where: string, env: Environment): string {
  const url = isObject(members.url) ? variable(members.url, `${where}.url`, env) : members.url
  if (typeof url !== 'string' || url.trim() === '') throw new Error(`${where}.url must be the address of a mosaic`)
  if (/^(mosaic|sealed):/.test(url)) throw new Error(`${where}.url must be an address itself, not another name for one`)
  if (!isStac(url)) {
    const searches = OF_SEARCHES.find((member) => members[member] !== undefined)
    if (searches) throw new Error(`${where}.${searches} belongs to STAC searches: the url does not begin with stac+https://`)
    return url
  }
  try {
    const { href } = parseStac(url)
    const { search: query, minzoom, maxzoom, max_items: maxItems, page_limit: limit, accessor } = members
    // checkedSearch looks at each of them.
    return printStac({ href, search: checkedSearch({ query, minzoom, maxzoom, maxItems, limit, accessor } as object) })
  } catch (error) {
    // Its complaints name the parameters of the HTTP interface.
    throw new Error(`${where}: ${(error as Error).message.replace('stac_m', 'm')}`, { cause: error })
  }
}

function variable(value: Members, where: string, env: Environment): string {
  const { env: name, ...rest } = value
  if (typeof name !== 'string' || Object.keys(rest).length > 0) throw new Error(`${where} must be a text or { "env": "NAME" }`)
  const found = env[name]
  if (!found) throw new Error(`${where}: the environment variable ${name} is not set`)
  return found
}

function renderOf(value: unknown, where: string): RegisteredMosaic['render'] {
  if (value === undefined) return []
  if (!isObject(value)) throw new Error(`${where} must be an object of parameters, such as { "rescale": "0,3000" }`)
  return Object.entries(value).flatMap(([name, given]) => {
    if (name === 'url' || name === 'f') throw new Error(`${where}.${name} cannot be given`)
    return (Array.isArray(given) ? given : [given]).map((one: unknown) => {
      if (!['string', 'number', 'boolean'].includes(typeof one)) {
        throw new Error(`${where}.${name} must be a text, a number, a switch, or a list of them`)
      }
      return [name, String(one)] as const
    })
  })
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
