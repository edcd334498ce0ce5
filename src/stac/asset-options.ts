import { NotFoundError, ParameterError } from '../errors.ts'
import { parseExpression } from '../raster/expression/parse.ts'
import type { ItemAsset, StacItem } from './item.ts'

/** One value of `assets`: an asset by its name, and what is taken of it; all bands where nothing is said. */
export interface WantedAsset {
  readonly name: string
  /** 1-based. */
  readonly bidx?: readonly number[]
  /** Instead of bands. */
  readonly expression?: string
  /** Bands by the names that the item gives them, instead of their numbers. */
  readonly bands?: readonly string[]
}

/** Stands for all assets of an item that can be read, as in titiler. */
const ALL = ':all:'
/** Expressions have bars of their own, so a bar alone does not end one. */
const NEXT_OPTION = /\|(?=[a-z]+=)/
const NUMBER_LIST = /^[1-9]\d{0,4}(,[1-9]\d{0,4})*$/

/** `name`, `name|bidx=1,2`, `name|expression=b1/b2`, `name|bands=red,nir`. @throws ParameterError */
export function parseAssets(values: readonly string[]): readonly WantedAsset[] {
  return values.map((value) => {
    const [name, ...options] = value.split(NEXT_OPTION)
    if (name === '') throw wrong(value, 'has no name')
    return Object.assign({ name }, ...options.map((option) => parseOption(value, option))) as WantedAsset
  })
}

function parseOption(value: string, option: string): Partial<WantedAsset> {
  const at = option.indexOf('=')
  const [key, given] = [option.slice(0, at), option.slice(at + 1)]
  if (key === 'bidx') {
    if (!NUMBER_LIST.test(given)) throw wrong(value, 'bidx must be band numbers from 1, with commas between them')
    return { bidx: given.split(',').map(Number) }
  }
  if (key === 'expression') return { expression: parseExpression(given).text }
  if (key === 'bands') return { bands: given.split(',') }
  throw wrong(value, `there is no option ${key}; there are bidx, expression, bands`)
}

function wrong(value: string, what: string): ParameterError {
  return new ParameterError('assets', `assets: ${JSON.stringify(value.slice(0, 100))}: ${what}`)
}

/** An asset of an item, and what is taken of it. */
export interface ChosenAsset extends ItemAsset {
  /** The value of `assets` that it is chosen by. */
  readonly wanted: WantedAsset
  readonly bidx?: readonly number[]
  readonly expression?: string
}

/** @param where the item's name for messages. @throws NotFoundError naming an asset that the item has not, and those that it has */
export function chooseAssets(item: StacItem, wanted: readonly WantedAsset[], where: string): readonly ChosenAsset[] {
  const all = wanted.length === 1 && wanted[0].name === ALL
  const choices = all ? [...item.assets.keys()].map((name) => ({ name })) : wanted
  return choices.map((choice: WantedAsset) => {
    const asset = item.assets.get(choice.name)
    if (!asset) {
      const names = [...item.assets.keys()].slice(0, 50).join(', ')
      throw new NotFoundError(`${where}: has no asset ${JSON.stringify(choice.name)} that can be read; it has ${names}`)
    }
    const bidx = choice.bands ? choice.bands.map((band) => bandNumber(asset, band)) : choice.bidx
    return { ...asset, wanted: choice, bidx: choice.expression == null ? bidx : undefined, expression: choice.expression }
  })
}

function bandNumber({ name, bands }: ItemAsset, wanted: string): number {
  const index = bands.findIndex(({ names }) => names.includes(wanted))
  if (index >= 0) return index + 1
  const names = bands.flatMap((band) => band.names.slice(0, 1))
  const known = names.length > 0 ? `it has ${names.join(', ')}` : 'the item does not name its bands'
  throw new ParameterError('assets', `assets: ${name} has no band ${JSON.stringify(wanted)}; ${known}`, 400)
}

/** Text of a choice, as titiler prints it in answers: `name`, or `name|indexes=[1,2]`. */
export function printAsset({ name, bidx, expression, bands }: WantedAsset): string {
  const options = [
    bidx && `indexes=[${bidx.join(',')}]`,
    expression && `expression=${expression.replaceAll(' ', '')}`,
    bands && `bands=[${bands.map((band) => `'${band}'`).join(',')}]`,
  ].filter((option) => option !== undefined)
  return options.length > 0 ? `${name}|${options.join('&')}` : name
}
