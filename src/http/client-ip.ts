import type { IncomingMessage } from 'node:http'
import { createHash } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import proxyAddr from 'proxy-addr'

export type Callers = {
  /** The address a request came from, through the proxies we trust; `unknown` when the socket is gone. */
  addressOf(request: IncomingMessage): string
  /**
   * What a limit by address counts. Behind a proxy that is not trusted all readers share one address: it is null when that
   * proxy is in a private network, where no stranger is, and else that proxy's address in a few parts. It is null, too, when
   * our own proxy does not name the reader.
   *
   * `isShared`: the address may be a proxy's, because the request names further ones that nobody vouches for. They never
   * count: a reader may have made them up.
   */
  limitedAs(
    request: IncomingMessage,
  ): { readonly address: string; readonly part: string; readonly isShared: boolean } | null
  /** Where a proxy stands that handed the request on and is not trusted; null when there is none. */
  untrustedProxy(
    request: IncomingMessage,
  ): { readonly network: 'private' | 'public'; readonly address: string } | null
  /** Whether our own proxy handed the request on without `X-Forwarded-For`, which nginx for one does not add by itself. */
  readerIsNotNamed(request: IncomingMessage): boolean
  /** Whether our own proxy handed the request on, so that what it added can be believed. */
  cameThroughProxy(request: IncomingMessage): boolean
}

/** By these, proxies say on whose behalf they ask. */
const FORWARDING_HEADERS = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip']

const PARTS_OF_A_PROXY = 8

/** Networks that the internet does not reach (RFC 1918, 6598, 3927, 4193, 4291), and this machine. */
const privateNetworks = new BlockList()
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const)
  privateNetworks.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['::1', 128],
] as const)
  privateNetworks.addSubnet(network, bits, 'ipv6')

function isPrivate(address: string): boolean {
  return privateNetworks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** @param trustedProxies addresses and ranges (`10.0.0.0/8`), as the configuration checked them */
export function callersThrough(trustedProxies: readonly string[]): Callers {
  const isInRange = proxyAddr.compile([...trustedProxies])
  // A request is asked several times who sent it, and to read an address takes memory each time.
  const plainAddress = remembered(readAddress)
  const isTrusted = remembered((entry) => isInRange(plainAddress(entry) ?? entry, 0))
  const chains = new WeakMap<IncomingMessage, readonly string[]>()
  /** From the socket outward, up to the first stranger: what that stranger claims is not in the list. */
  const trustedChain = (request: IncomingMessage): readonly string[] => {
    const known = chains.get(request)
    if (known) return known
    const chain = proxyAddr.all(request, isTrusted)
    chains.set(request, chain)
    return chain
  }
  const addressOf = (request: IncomingMessage): string => {
    const chain = trustedChain(request)
    return chain.map((entry) => plainAddress(entry)).findLast((address) => address !== null) ?? 'unknown'
  }
  const cameThroughProxy = (request: IncomingMessage) => isTrusted(request.socket.remoteAddress ?? '')
  const readerIsNotNamed = (request: IncomingMessage) =>
    cameThroughProxy(request) && request.headers['x-forwarded-for'] === undefined
  const namesFurther = (request: IncomingMessage) =>
    proxyAddr.all(request).length > trustedChain(request).length
  const untrustedProxy: Callers['untrustedProxy'] = (request) => {
    if (!FORWARDING_HEADERS.some((name) => request.headers[name] !== undefined)) return null
    const address = addressOf(request)
    if (isIP(address) === 0 || isTrusted(address)) return null
    const network = isPrivate(address) ? 'private' : 'public'
    // Beyond our own proxy a reader may claim further addresses; one in a private network is a proxy of ours, too.
    if (cameThroughProxy(request) && (network === 'public' || !namesFurther(request))) return null
    return { network, address }
  }
  return {
    addressOf,
    cameThroughProxy,
    readerIsNotNamed,
    untrustedProxy,
    limitedAs(request) {
      if (readerIsNotNamed(request)) return null
      const proxy = untrustedProxy(request)
      if (!proxy) return { address: addressOf(request), part: '', isShared: namesFurther(request) }
      if (proxy.network === 'private') return null
      // What it says of the caller may be a lie: whoever lies gets a few times the limit and no more.
      const claims = FORWARDING_HEADERS.map((name) => String(request.headers[name] ?? '')).join()
      const part = createHash('sha256').update(claims).digest().readUInt8() % PARTS_OF_A_PROXY
      return { address: proxy.address, part: `.${part}`, isShared: true }
    },
  }
}

const MOST_REMEMBERED = 256
const LONGEST_ADDRESS = 64

/** The same reading, once for each of the latest addresses. Anybody may claim as many and as long ones as they like, so few are kept. */
function remembered<Value extends string | boolean | null>(
  read: (entry: string) => Value,
): (entry: string) => Value {
  const known = new Map<string, Value>()
  return (entry) => {
    const found = known.get(entry)
    if (found !== undefined) return found
    const value = read(entry)
    if (entry.length > LONGEST_ADDRESS) return value
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(entry, value)
    return value
  }
}

/** Without port, brackets or zone; an IPv4 address mapped into IPv6 becomes plain. Null for anything else. */
function readAddress(text: string): string | null {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) === 0 ? null : address.toLowerCase()
}
