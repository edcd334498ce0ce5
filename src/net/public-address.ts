import ipaddr from 'ipaddr.js'

/**
 * An address of the open internet. Not public: private, loopback, link-local, carrier-grade NAT, multicast, unspecified,
 * reserved and documentation ranges, and all that wraps an IPv4 address (mapped, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(address: string): boolean {
  const bare = address.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '')
  if (!ipaddr.isValid(bare)) return false
  const parsed = ipaddr.parse(bare)
  // IPv6 hands out global addresses from 2000::/3 only; what lies elsewhere may be routed to anything.
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(ipaddr.parseCIDR('2000::/3')))
}

export function isLoopbackAddress(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback'
}
