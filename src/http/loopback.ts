import { isIP } from 'node:net'
import type { Middleware } from 'koa'

/**
 * Whether a host reaches nobody but this machine: `localhost`, 127.0.0.0/8 or ::1, as a URL or a listener writes it. Names
 * below `localhost` do, too: nobody can register them (RFC 6761, section 6.3).
 */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  return /(^|\.)localhost$/.test(bare) || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

/**
 * Lets requests pass that were addressed to this machine by name. A tunnel, and a site whose name was pointed at
 * 127.0.0.1 (DNS rebinding), send a name of their own, and what follows is not there for them.
 */
export const onlyFromThisMachine: Middleware = async (ctx, next) => {
  if (isLoopback(ctx.hostname)) await next()
}
