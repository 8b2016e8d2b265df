import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import proxyAddr from 'proxy-addr'

export type Callers = {
  /** The address a request came from, through the proxies we trust; `unknown` when the socket is gone. */
  addressOf(request: IncomingMessage): string
  /** Whether our own proxy handed the request on, so that what it added can be believed. */
  cameThroughProxy(request: IncomingMessage): boolean
}

/** @param trustedProxies addresses and ranges (`10.0.0.0/8`), as the configuration checked them */
export function callersThrough(trustedProxies: readonly string[]): Callers {
  const isInRange = proxyAddr.compile([...trustedProxies])
  const isTrusted = (entry: string, hop: number) => isInRange(plainAddress(entry) ?? entry, hop)
  return {
    addressOf(request) {
      // From the socket outward, up to the first stranger: what that stranger claims is not in the list.
      const chain = proxyAddr.all(request, isTrusted)
      return chain.map(plainAddress).findLast((address) => address !== null) ?? 'unknown'
    },
    cameThroughProxy(request) {
      return isTrusted(request.socket.remoteAddress ?? '', 0)
    },
  }
}

/** Without port, brackets or zone; an IPv4 address mapped into IPv6 becomes plain. Null for anything else. */
function plainAddress(entry: string | undefined): string | null {
  const text = entry ?? ''
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) === 0 ? null : address.toLowerCase()
}
