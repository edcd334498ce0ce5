import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/** JSON as DynamoDB writes it. Members that are undefined are left out. */
export function toAttribute(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (Array.isArray(value)) return { L: value.map(toAttribute) }
  if (typeof value === 'object' && value !== null) return { M: toItem(value as Readonly<Record<string, unknown>>) }
  return { NULL: true }
}

export function toItem(members: Readonly<Record<string, unknown>>): Record<string, AttributeValue> {
  const present = Object.entries(members).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present.map(([name, value]) => [name, toAttribute(value)]))
}

/** What JSON can hold of it; sets become lists, bytes nothing. */
export function fromAttribute({ S, N, BOOL, L, M, SS, NS }: AttributeValue): unknown {
  if (S !== undefined) return S
  if (N !== undefined) return Number(N)
  if (BOOL !== undefined) return BOOL
  if (L !== undefined) return L.map(fromAttribute)
  if (M !== undefined) return fromItem(M)
  return SS ?? NS?.map(Number)
}

export function fromItem(item: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromAttribute(value)]))
}
