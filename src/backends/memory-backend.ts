import { ParameterError } from '../errors.ts'
import { MEMORY_ADDRESS, memoryKind } from '../stores/memory-store.ts'
import { BaseBackend } from './base-backend.ts'
import type { BackendOptions } from './options.ts'

/** A mosaic that its maker holds; `write` does nothing. */
export class MemoryBackend extends BaseBackend {
  /** @throws ParameterError without a mosaicDef */
  constructor(options: BackendOptions = {}) {
    if (!options.mosaicDef) throw new ParameterError('mosaicDef', 'mosaicDef: a mosaic in memory must be given')
    super(memoryKind, MEMORY_ADDRESS, options)
  }
}
