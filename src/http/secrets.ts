import { mayHaveQuery } from '../net/address.ts'

const ADDRESS = /([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/@"'?#]*@)?([^\s?#"'<>]*)(\?[^\s"'<>]*)?/gi

/** Text with the secrets of all addresses in it cut out: user names, passwords and query strings, for which `mark` stands. */
export function withoutSecrets(text: string, mark = '?…'): string {
  return text.replace(ADDRESS, (address: string, scheme: string, rest: string, query?: string) => {
    if (query && !mayHaveQuery(address)) return scheme + rest + query
    // The sentence's own punctuation is no part of the address.
    const after = query && /[:;,.)\]]+$/.exec(query)?.[0]
    return `${scheme}${rest}${query ? mark : ''}${after ?? ''}`
  })
}

/** Whether an address carries something that only its sender should have: a query string (a signature, a token) or a password. */
export function carriesSecret(address: string): boolean {
  return mayHaveQuery(address) && /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@?#]*@|[^?#]*\?.)/i.test(address)
}
