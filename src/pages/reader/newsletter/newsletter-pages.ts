import type { Router } from '@koa/router'
import type { Config } from '../../../config/config.ts'
import type { Keyring } from '../../../config/keyring.ts'
import type { Database } from '../../../db/database.ts'
import type { Callers } from '../../../http/client-ip.ts'
import type { RateLimit, RateLimiter } from '../../../http/rate-limit.ts'
import { newsletterLinks } from '../../../newsletter/newsletter-link.ts'
import { subscriptionRouter } from '../../../newsletter/subscription-routes.ts'
import type { TextFor } from '../../../text/text.ts'
import { askLimits } from '../my/ask-limits.ts'
import { newsletterRouter } from './newsletter-routes.ts'

/** The newsletter's pages for readers; none where the newsroom offers no newsletter. */
export function newsletterPages(deps: {
  readonly config: Pick<Config, 'newsletter' | 'newsroom' | 'publicUrl' | 'allowedOrigins' | 'languages'>
  readonly database: Pick<Database, 'knex' | 'pool'>
  readonly keys: Pick<Keyring, 'addressHashes' | 'newsletterLinks'>
  readonly textFor: TextFor
  readonly limiter: (name: string, limit: RateLimit) => RateLimiter
  readonly callers: Callers
  readonly clock: () => Date
}): readonly Router[] {
  const { config, database, keys, limiter, callers } = deps
  if (!config.newsletter) return []
  const [hashKey] = keys.addressHashes
  const { knex: db, pool } = database
  const limitAsking = askLimits({ limiter, callers, hashKey, name: 'newsletter' })
  return [
    subscriptionRouter({ ...config, ...deps, pool, limitAsking }),
    newsletterRouter({
      ...config,
      ...deps,
      db,
      pool,
      links: newsletterLinks(keys.newsletterLinks),
      hasTool: 'key' in config.newsletter.tool,
      limitAsking,
    }),
  ]
}
