import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

export type Callers = {
  /** The address a request came from, through the proxies we trust; `unknown` when the socket is gone. */
  addressOf(request: IncomingMessage): string
  /** Whether our own proxy handed the request on, so that what it added can be believed. */
  cameThroughProxy(request: IncomingMessage): boolean
}

/** @param trustedProxies addresses and ranges (`10.0.0.0/8`), as the configuration checked them */
export function callersThrough(trustedProxies: readonly string[]): Callers {
  const trusted = new BlockList()
  for (const range of trustedProxies) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return {
    addressOf(request) {
      const claimed = String(request.headers['x-forwarded-for'] ?? '').split(',')
      return lastUntrusted(plainAddress(request.socket.remoteAddress ?? ''), claimed, isTrusted) ?? 'unknown'
    },
    cameThroughProxy(request) {
      const address = plainAddress(request.socket.remoteAddress ?? '')
      return address !== null && isTrusted(address)
    },
  }
}

/**
 * Every proxy adds the address it heard from at the right, so only what stands right of the first stranger is
 * known; anything further left could be made up by that stranger.
 */
function lastUntrusted(
  socketAddress: string | null,
  forwardedFor: readonly string[],
  isTrusted: (address: string) => boolean,
): string | null {
  let known = socketAddress
  for (const entry of forwardedFor.toReversed()) {
    if (known === null || !isTrusted(known)) return known
    const address = plainAddress(entry.trim())
    if (address === null) return known // our proxy would have written an address
    known = address
  }
  return known
}

/** Without port, brackets or zone; an IPv4 address in IPv6 clothes becomes plain. Null for anything else. */
function plainAddress(text: string): string | null {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) === 0 ? null : address.toLowerCase()
}
