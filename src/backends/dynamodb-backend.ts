import { dynamoKind } from '../stores/dynamodb-store.ts'
import type { StoreKind } from '../stores/kind.ts'
import { BaseBackend } from './base-backend.ts'
import { checkedAddress } from './checked-address.ts'
import type { BackendOptions } from './options.ts'

export interface DynamoDBOptions extends BackendOptions {
  /** How it is written: so that a crash cannot tear it (`smalti`, the default), or so that cogeo-mosaic can read it. Both are read. */
  readonly layout?: 'smalti' | 'cogeo-mosaic'
}

/** A mosaic in a DynamoDB table: `dynamodb://REGION/TABLE:MOSAIC`. */
export class DynamoDBBackend extends BaseBackend {
  constructor(address: string, options: DynamoDBOptions = {}) {
    super(kindOf(options), checkedAddress(address, dynamoKind), options)
  }
}

function kindOf({ layout }: DynamoDBOptions): StoreKind {
  if (layout === undefined) return dynamoKind
  return {
    ...dynamoKind,
    create: async (address, mosaic, context, options) => dynamoKind.create?.(address, mosaic, context, { ...options, layout }),
  }
}
