import { ParameterError } from '../errors.ts'
import type { TablePlace } from '../net/source.ts'

const ADDRESS = /^dynamodb:\/\/([a-z0-9-]*)\/([A-Za-z0-9_.-]{1,255})(?::([A-Za-z0-9_.-]{1,255}))?$/i

/** `dynamodb://region/table:mosaic`; without a region the environment's, without a mosaic the one of the table's name. @throws ParameterError */
export function parseDynamo(address: string): TablePlace {
  const [found, region, table, mosaic = table] = ADDRESS.exec(address) ?? []
  if (found === undefined) {
    throw new ParameterError(
      'url',
      'url: an address is dynamodb://region/table:mosaic, the region and the mosaic may be left out',
    )
  }
  return { region: region === '' ? undefined : region.toLowerCase(), table, mosaic }
}

export function printDynamo({ region = '', table, mosaic }: TablePlace): string {
  return `dynamodb://${region}/${table}:${mosaic}`
}
