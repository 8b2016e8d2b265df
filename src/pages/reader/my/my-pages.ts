import type { Router } from '@koa/router'
import type { Config } from '../../../config/config.ts'
import type { Keyring } from '../../../config/keyring.ts'
import type { Database } from '../../../db/database.ts'
import type { Callers } from '../../../http/client-ip.ts'
import { limitByAddress, type RateLimit, type RateLimiter } from '../../../http/rate-limit.ts'
import type { TextFor } from '../../../text/text.ts'
import { askLimits } from './ask-limits.ts'
import { askRouter } from './ask-routes.ts'
import { myNewsletterRouter } from './my-newsletter-routes.ts'
import { myRouter, type MyDeps } from './my-routes.ts'

/** A donor needs a handful; an office that shares an address, some more. */
const ACTS_OF_ADDRESS: RateLimit = { points: 60, seconds: 600 }
const QUESTIONS_OF_DONOR: RateLimit = { points: 5, seconds: 3_600 }

/** Donors' own pages, and the page that mails their links. */
export function myPages(deps: {
  readonly config: Pick<Config, 'newsroom' | 'publicUrl' | 'reporting' | 'messageMail' | 'newsletter'>
  readonly database: Pick<Database, 'knex' | 'pool'>
  readonly keys: Pick<Keyring, 'addressHashes' | 'recurringLinks'>
  readonly textFor: TextFor
  readonly limiter: (name: string, limit: RateLimit) => RateLimiter
  readonly callers: Callers
  readonly renderStatement: MyDeps['renderStatement']
  readonly clock: () => Date
}): readonly Router[] {
  const { config, database, limiter, callers } = deps
  const [hashKey] = deps.keys.addressHashes
  const { knex: db, pool } = database
  const limitActs = limitByAddress(limiter('my', ACTS_OF_ADDRESS), callers, hashKey)
  const { newsletter } = config
  return [
    askRouter({
      ...deps,
      pool,
      publicUrl: config.publicUrl,
      newsroomName: config.newsroom.name,
      limitAsking: askLimits({ limiter, callers, hashKey, name: 'my' }),
    }),
    myRouter({
      ...config,
      ...deps,
      db,
      pool,
      limitActs,
      questions: limiter('my-question', QUESTIONS_OF_DONOR),
    }),
    ...(newsletter ? [myNewsletterRouter({ ...config, ...deps, newsletter, pool, limitActs })] : []),
  ]
}
