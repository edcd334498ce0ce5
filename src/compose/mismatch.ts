import { SmaltiError } from '../errors.ts'

/** A raster that does not fit those fed before it. The caller knows the asset, and names it. */
export class SelectionMismatchError extends SmaltiError {
  constructor(message: string) {
    super(422, 'BANDS_DIFFER', message)
  }
}
