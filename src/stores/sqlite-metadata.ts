import type { Database } from 'better-sqlite3'
import { InvalidMosaicError, NotFoundError } from '../errors.ts'
import type { MosaicMembers } from '../mosaic/document.ts'
import { METADATA_TABLE } from './sqlite-address.ts'

/** cogeo-mosaic's columns, in its order, and behind them ours: what fits into none of them. It leaves that alone. */
const COLUMNS = {
  mosaicjson: 'TEXT NOT NULL',
  name: 'TEXT NOT NULL',
  description: 'TEXT',
  version: 'TEXT NOT NULL',
  attribution: 'TEXT',
  minzoom: 'INTEGER NOT NULL',
  maxzoom: 'INTEGER NOT NULL',
  quadkey_zoom: 'INTEGER',
  bounds: 'JSON NOT NULL',
  center: 'JSON',
  tilematrixset: 'JSON',
  asset_type: 'TEXT',
  asset_prefix: 'TEXT',
  data_type: 'TEXT',
  colormap: 'JSON',
  layers: 'JSON',
  members: 'JSON',
} as const

type Column = keyof typeof COLUMNS
type Row = Readonly<Record<string, unknown>>

const NAMES = Object.keys(COLUMNS) as Column[]
/** Columns that must have a value, and what absent members stand for. */
const DEFAULTS: Readonly<Record<string, unknown>> = { version: '1.0.0', bounds: [-180, -90, 180, 90] }

/** The members of a mosaic. @throws NotFoundError, InvalidMosaicError */
export function readMembers(database: Database, mosaic: string, name: string): MosaicMembers {
  checkTable(database, METADATA_TABLE, name)
  const row = database.prepare<[string], Row>(`SELECT * FROM ${METADATA_TABLE} WHERE name = ?`).get(mosaic)
  if (!row) throw new NotFoundError(`${name} was not found`)
  checkTable(database, mosaic, name)
  const members: [string, unknown][] = []
  for (const [column, value] of Object.entries(row)) {
    if (value == null || column === 'members' || !(column in COLUMNS)) continue
    members.push([column, COLUMNS[column as Column].startsWith('JSON') ? json(value, column, name) : value])
  }
  const others = row.members == null ? {} : json(row.members, 'members', name)
  return { ...Object.fromEntries(members), ...(others as object) } as MosaicMembers
}

/** A view or a virtual table could make a query do anything. */
function checkTable(database: Database, table: string, name: string): void {
  const found = database
    .prepare<[string], { sql: string }>("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?")
    .get(table)
  if (!found) throw new NotFoundError(`${name} was not found`)
  if (!/^CREATE TABLE /i.test(found.sql)) throw new InvalidMosaicError(`${name}: ${table} is not an ordinary table`)
}

function json(value: unknown, column: string, name: string): unknown {
  try {
    return JSON.parse(String(value))
  } catch (cause) {
    throw new InvalidMosaicError(`${name}: the column ${column} is not JSON`, { cause })
  }
}

/** Makes the table, or gives an older one the columns that it lacks. */
export function prepareMetadata(database: Database): void {
  const definitions = NAMES.map((column) => `${column} ${COLUMNS[column]}`)
  database.exec(`CREATE TABLE IF NOT EXISTS ${METADATA_TABLE} (${definitions.join(', ')})`)
  const present = new Set(database.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(METADATA_TABLE))
  for (const column of NAMES) {
    if (!present.has(column))
      database.exec(`ALTER TABLE ${METADATA_TABLE} ADD COLUMN ${column} ${COLUMNS[column].replace(' NOT NULL', '')}`)
  }
}

/** Replaces the row of a mosaic, or adds it. */
export function writeMembers(database: Database, mosaic: string, members: MosaicMembers): void {
  const { fitting, others } = divided(members, mosaic)
  deleteMembers(database, mosaic)
  const values = NAMES.map((column) => {
    if (column === 'members') return Object.keys(others).length === 0 ? null : JSON.stringify(others)
    const value = column === 'name' ? mosaic : (fitting[column] ?? DEFAULTS[column] ?? null)
    return value === null || !COLUMNS[column].startsWith('JSON') ? value : JSON.stringify(value)
  })
  database
    .prepare(`INSERT INTO ${METADATA_TABLE} (${NAMES.join(', ')}) VALUES (${NAMES.map(() => '?').join(', ')})`)
    .run(...values)
}

export function deleteMembers(database: Database, mosaic: string): number {
  return database.prepare(`DELETE FROM ${METADATA_TABLE} WHERE name = ?`).run(mosaic).changes
}

/** What columns can hold, and the rest. The column `name` is the mosaic's in the address: another name is among the rest. */
function divided(members: MosaicMembers, mosaic: string): { fitting: Row; others: Row } {
  const fitting: Record<string, unknown> = {}
  const others: [string, unknown][] = []
  for (const [member, value] of Object.entries(members)) {
    if (member === 'tiles') continue
    if (fits(member, value)) fitting[member] = value
    if (!fits(member, value) || (member === 'name' && value != null && value !== mosaic)) others.push([member, value])
  }
  return { fitting, others: Object.fromEntries(others) }
}

function fits(member: string, value: unknown): boolean {
  if (member === 'members' || !Object.hasOwn(COLUMNS, member)) return false
  const [type] = COLUMNS[member as Column].split(' ')
  return value == null || type === 'JSON' || typeof value === (type === 'INTEGER' ? 'number' : 'string')
}
