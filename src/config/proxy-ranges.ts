import { isIP } from 'node:net'

/** The address and length of a range such as `10.0.0.0/8`; of an address, its full length. Null for anything else. */
function rangeOf(text: string): { version: 4 | 6; address: string; bits: number } | null {
  const [address = '', length, ...rest] = text.split('/')
  const version = isIP(address)
  if ((version !== 4 && version !== 6) || rest.length > 0) return null
  const widest = version === 4 ? 32 : 128
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return null
  const bits = length === undefined ? widest : Number(length)
  return bits <= widest ? { version, address, bits } : null
}

export function isProxyRange(text: string): boolean {
  return rangeOf(text) !== null
}

/** All ranges together may hold as much of the IPv4 addresses as the private ones and a few of a provider's do. */
const MOST_OF_IPV4 = 1 / 64
/** No network that a newsroom or its provider uses for proxies is wider. */
const WIDEST_IPV6_BITS = 20
const UNIQUE_LOCAL = /^f[cd]/i

/**
 * Whether the ranges, taken together, trust strangers: whoever is trusted as a proxy may name any address as the
 * reader's, and so pass every limit. Private networks may be trusted as a whole.
 */
export function trustStrangers(ranges: readonly string[]): boolean {
  const parsed = ranges.map(rangeOf).filter((range) => range !== null)
  const share = parsed.reduce((sum, { version, bits }) => sum + (version === 4 ? 2 ** -bits : 0), 0)
  return share > MOST_OF_IPV4 || parsed.some(isTooWideIpv6)
}

function isTooWideIpv6({ version, address, bits }: NonNullable<ReturnType<typeof rangeOf>>): boolean {
  if (version === 4) return false
  // IPv4 addresses are written below ::ffff:0:0/96: such a range holds one network of them at most.
  if (address.startsWith('::')) return bits < 96 + 8
  return bits < (UNIQUE_LOCAL.test(address) ? 7 : WIDEST_IPV6_BITS)
}
