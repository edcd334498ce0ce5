import { sqliteKind } from '../stores/sqlite-store.ts'
import { BaseBackend } from './base-backend.ts'
import { checkedAddress } from './checked-address.ts'
import type { BackendOptions } from './options.ts'

/** A mosaic in an SQLite database: `sqlite:///FILE.db:MOSAIC`. */
export class SQLiteBackend extends BaseBackend {
  constructor(address: string, options: BackendOptions = {}) {
    super(sqliteKind, checkedAddress(address, sqliteKind), options)
  }
}
