import type { MosaicJSON } from '../mosaic/document.ts'
import type { ParseLimits } from '../mosaic/parse.ts'
import type { ReadOptions, WritableNet } from '../net/source.ts'
import type { MosaicStore, Revision, WriteOptions } from './store.ts'

/** What every kind of storage is opened with. */
export interface StoreContext {
  readonly net: WritableNet
  /** Where relative assets of local documents are looked for beside the document. */
  readonly cwd: string
  readonly limits: StoreLimits
}

export interface StoreLimits extends ParseLimits {
  /** Bytes of a document as it is stored. */
  readonly maxBytes: number
}

/** A file, a database, or addresses of which one must be allowed. */
export type Touched = { readonly file: string } | { readonly database: string } | { readonly addresses: readonly string[] }

export interface OpenOptions extends ReadOptions {
  /** The revision that is known: if it is still there, there is nothing new to open. */
  readonly ifNot?: string
}

/** One kind of storage: which addresses are its own, and how a mosaic is opened there. */
export interface StoreKind {
  readonly name: string
  /** false: what is written is not kept anywhere; default true. */
  readonly keeps?: boolean
  /** Milliseconds for which a mosaic that is due may still be shown, while it is looked at anew: for what takes long. Default 0. */
  readonly staleMs?: number
  /** Path of the file that a mosaic is in, for kinds that keep local files. Its assets lie beside it. @throws ParameterError */
  localPath?(address: string, cwd: string): string
  /** `scheme` of the address, lower case; undefined for a path. */
  matches(address: string, scheme: string | undefined): boolean
  /** The mosaic, or undefined if its revision is still `ifNot`. @throws SmaltiError */
  open(address: string, context: StoreContext, options: OpenOptions): Promise<MosaicStore | undefined>
  /** Refuses what is no address of this kind, before anything is opened. @throws ParameterError */
  check(address: string): void
  /** What a write there touches, for whoever decides what may be written. @throws ParameterError */
  touches?(address: string, place: { readonly cwd: string; readonly region: string }): Touched
  /**
   * Writes a mosaic where none has been opened. Absent: this kind is only read.
   * @returns its revision. @throws AlreadyExistsError without `overwrite`, if there is one
   */
  create?(address: string, mosaic: MosaicJSON, context: StoreContext, options: WriteOptions): Promise<Revision>
}
