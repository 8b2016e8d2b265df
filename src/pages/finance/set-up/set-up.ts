import type { Config } from '../../../config/config.ts'
import { statementSource, type NewsroomProfile } from '../../../newsroom/profile.ts'
import { setUpSteps, type SetUp } from './set-up-view.ts'

/** The parts of the configuration that the set-up page speaks of. No secret leaves this file. */
export type SetUpConfig = Pick<Config, 'deployment' | 'stripe' | 'smtpUrl' | 'allowedOrigins' | 'newsroom'>

/** What of the set-up the tables show. */
export type SetUpFacts = {
  readonly hasWebhook: boolean
  readonly hasSentMail: boolean
  readonly hasGift: boolean
  readonly staff: number
  /** Staff of the roles finance and admin who have no second factor. */
  readonly withoutFactor: number
  readonly hasAccountCodes: boolean
}

export function setUpOf(config: SetUpConfig, facts: SetUpFacts): SetUp {
  const { secretKey } = config.stripe
  const mode = secretKey === null ? 'offline' : /^.k_live_/.test(secretKey) ? 'live' : 'test'
  const isDone = {
    // In production the details have no defaults, so they are the newsroom's own.
    newsroom: config.deployment === 'production' && !lacksLegalParagraph(config.newsroom),
    stripe: mode !== 'offline',
    webhooks: facts.hasWebhook,
    mail: config.smtpUrl !== null && facts.hasSentMail,
    sites: config.allowedOrigins.length > 0,
    gift: facts.hasGift,
    staff: facts.staff > 1 && facts.withoutFactor === 0,
    codes: facts.hasAccountCodes,
  }
  return { isDone, mode, left: setUpSteps.filter((step) => !isDone[step]).length }
}

/** Outside the United States a charity's receipt says nothing of tax law until the newsroom writes what it may say. */
function lacksLegalParagraph(newsroom: NewsroomProfile): boolean {
  return newsroom.legalStatus !== 'for_profit' && statementSource(newsroom) === 'elsewhere'
}
