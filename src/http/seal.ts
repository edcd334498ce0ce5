import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { UnknownSealError } from '../errors.ts'

/** Addresses as handles that say nothing of them: `sealed:…`, which only the holder of a key can make or open. */
export interface Sealer {
  /** The handle of an address, with the first key: always the same one. */
  seal(address: string): string
  /** The address of a handle, by any of the keys. @throws UnknownSealError where it was changed, or sealed by another key */
  open(handle: string): string
}

const SCHEME = 'sealed:'
/** First byte of a handle: how the rest is to be read. */
const VERSION = 1
const NONCE = 12
const TAG = 16
const CIPHER = 'aes-256-gcm'

export function isSealed(url: string): boolean {
  return url.startsWith(SCHEME)
}

interface Key {
  readonly cipher: Buffer
  readonly nonce: Buffer
}

/**
 * AES-256-GCM, base64url of version, nonce, text and tag. The nonce is a MAC of the address (as in RFC 8452's idea of a synthetic one):
 * equal addresses have equal handles, so that TileJSON, ETags and caches stay the same; different ones never share a nonce.
 * @param keys secrets of the operator, any text of at least 32 characters; undefined where there are none
 */
export function createSealer(keys: readonly string[]): Sealer | undefined {
  const [first, ...others] = keys.map(keyOf)
  if (!first) return undefined
  return {
    seal(address) {
      const text = Buffer.from(address)
      const nonce = createHmac('sha256', first.nonce).update(text).digest().subarray(0, NONCE)
      const cipher = createCipheriv(CIPHER, first.cipher, nonce).setAAD(Buffer.of(VERSION))
      const sealed = Buffer.concat([Buffer.of(VERSION), nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
      return SCHEME + sealed.toString('base64url')
    },
    open(handle) {
      const bytes = Buffer.from(handle.slice(SCHEME.length), 'base64url')
      if (isSealed(handle) && bytes[0] === VERSION && bytes.length > 1 + NONCE + TAG) {
        for (const key of [first, ...others]) {
          const address = opened(bytes, key)
          if (address !== undefined) return address
        }
      }
      throw new UnknownSealError('url: this sealed address was not made by this server, or was cut or changed on its way')
    },
  }
}

function keyOf(secret: string): Key {
  const derived = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `smalti sealed address: ${purpose}`, 32))
  return { cipher: derived('cipher'), nonce: derived('nonce') }
}

function opened(bytes: Buffer, { cipher }: Key): string | undefined {
  const decipher = createDecipheriv(CIPHER, cipher, bytes.subarray(1, 1 + NONCE), { authTagLength: TAG })
  decipher.setAAD(bytes.subarray(0, 1)).setAuthTag(bytes.subarray(-TAG))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(1 + NONCE, -TAG)), decipher.final()]).toString()
  } catch {
    return undefined
  }
}
