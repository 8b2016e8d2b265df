import { legalStatuses, profileProblems } from '../newsroom/profile.ts'
import { holdsPlaceholder, isPlaceholder, weaknessOf } from './secret-strength.ts'
import type { UnknownName } from './variable-names.ts'
import { isLiveKey } from './variable-schemas.ts'

/** The variables that are set, as text. */
export type Given = Readonly<Record<string, string | undefined>>

/** Lists of secrets, and what each secret begins with. */
const SECRETS = {
  STRIPE_WEBHOOK_SECRET: 'whsec_',
  SESSION_SECRET: '',
  SESSION_COOKIE_SECRET: '',
  ADDRESS_HASH_SECRET: '',
  RECEIPT_LINK_SECRET: '',
  CHECKOUT_MARK_SECRET: '',
  SECOND_FACTOR_SECRET: '',
  OIDC_CLIENT_SECRET: '',
} as const

/** What people read on pages and receipts, in words of the newsroom's own. */
const WORDS = new Set([
  'NEWSROOM_NAME',
  'NEWSROOM_ADDRESS',
  'NEWSROOM_FISCAL_SPONSOR',
  'NEWSROOM_FOLLOW_LINKS',
  'NEWSROOM_PURPOSE',
])

// Stripe's have 32 and more: a shorter one was typed or cut off.
const SHORTEST_SECRET = 16

/**
 * What is wrong with variables that are well formed, each as one line that begins with the variable's name. It is read
 * from the raw values, so that it is reported with everything else.
 */
export function variableProblems(
  given: Given,
  names: readonly string[],
  unknown: readonly UnknownName[],
): string[] {
  const isProduction = given['NODE_ENV'] === 'production'
  const placeholders = names.filter((name) => {
    const value = given[name] ?? ''
    return WORDS.has(name) ? isPlaceholder(value) : holdsPlaceholder(value)
  })
  // What else is wrong with a placeholder helps nobody.
  const real: Given = Object.fromEntries(
    Object.entries(given).filter(([name]) => !placeholders.includes(name)),
  )
  return [
    ...placeholders.map((name) => `${name}: is a placeholder: put the real value in its place`),
    ...dependencyProblems(given),
    ...(isProduction ? [...weakSecrets(real), ...modeProblems(real), ...misspelt(given, unknown)] : []),
  ]
}

/** What one variable requires of another. */
function dependencyProblems(given: Given): string[] {
  const legalStatus =
    legalStatuses.find((status) => status === given['NEWSROOM_LEGAL_STATUS']) ?? 'for_profit'
  const taxId = given['NEWSROOM_TAX_ID'] ?? null
  const fiscalSponsor = given['NEWSROOM_FISCAL_SPONSOR'] ?? null
  const variable = { taxId: 'NEWSROOM_TAX_ID', fiscalSponsor: 'NEWSROOM_FISCAL_SPONSOR' } as const
  const problems = profileProblems({ legalStatus, taxId, fiscalSponsor })
  const lines = problems.map(({ field, message }) => `${variable[field]}: is missing: ${message}`)
  const webhooksUnknown =
    given['STRIPE_SECRET_KEY'] !== undefined && given['STRIPE_WEBHOOK_SECRET'] === undefined
  if (webhooksUnknown) lines.push('STRIPE_WEBHOOK_SECRET: is missing')
  lines.push(...providerProblems(given), ...challengeProblems(given), ...newsletterProblems(given))
  return lines
}

/** An identity provider is configured whole or not at all. */
function providerProblems(given: Given): string[] {
  const parts = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ALLOWED_DOMAINS']
  const roleParts = ['OIDC_ROLE_CLAIM', 'OIDC_ROLES']
  const all = [...parts, ...roleParts, 'OIDC_NAME', 'OIDC_SCOPES']
  const isGiven = (name: string) => given[name] !== undefined
  const needed = all.some(isGiven) ? [...parts, ...(roleParts.some(isGiven) ? roleParts : [])] : []
  return needed.filter((name) => !isGiven(name)).map((name) => `${name}: is missing`)
}

/** Turnstile and hCaptcha need the keys that they gave; the proof of work is ours and needs none. */
function challengeProblems(given: Given): string[] {
  const keys = ['CHALLENGE_SITE_KEY', 'CHALLENGE_SECRET']
  const kind = given['CHALLENGE'] ?? 'proof_of_work'
  if (kind !== 'proof_of_work')
    return keys.filter((name) => given[name] === undefined).map((name) => `${name}: is missing`)
  return keys
    .filter((name) => given[name] !== undefined)
    .map((name) => `${name}: has no use without CHALLENGE=turnstile or CHALLENGE=hcaptcha`)
}

/** What each mailing tool needs, and how its key looks: Mailchimp's names its data centre, Ghost's is an id and a secret. */
const NEWSLETTER_TOOLS: Readonly<
  Record<
    string,
    { readonly needs: readonly string[]; readonly takes?: readonly string[]; readonly key?: RegExp }
  >
> = {
  export: { needs: [] },
  webhook: { needs: [] },
  mailchimp: { needs: ['NEWSLETTER_KEY', 'NEWSLETTER_LIST'], key: /^[0-9a-zA-Z]{16,64}-[a-z]{2,4}\d{1,3}$/ },
  buttondown: { needs: ['NEWSLETTER_KEY'] },
  ghost: {
    needs: ['NEWSLETTER_KEY', 'NEWSLETTER_URL'],
    takes: ['NEWSLETTER_LIST'],
    key: /^[0-9a-f]{8,64}:([0-9a-f]{2}){16,64}$/,
  },
}
const NEWSLETTER_PARTS = ['NEWSLETTER_KEY', 'NEWSLETTER_LIST', 'NEWSLETTER_URL'] as const

function newsletterProblems(given: Given): string[] {
  const kind = given['NEWSLETTER_TOOL']
  const tool = kind === undefined ? undefined : NEWSLETTER_TOOLS[kind]
  const set = NEWSLETTER_PARTS.filter((name) => given[name] !== undefined)
  if (kind === undefined) return set.map((name) => `${name}: has no use without NEWSLETTER_TOOL`)
  // A tool that does not exist is reported as such.
  if (!tool) return []
  const known = [...tool.needs, ...(tool.takes ?? [])]
  const key = given['NEWSLETTER_KEY']
  return [
    ...tool.needs.filter((name) => given[name] === undefined).map((name) => `${name}: is missing`),
    ...set
      .filter((name) => !known.includes(name))
      .map((name) => `${name}: has no use with NEWSLETTER_TOOL=${kind}`),
    ...(key !== undefined && tool.key && !tool.key.test(key)
      ? [
          `NEWSLETTER_KEY: is not a key of ${kind === 'ghost' ? 'Ghost’s Admin API (id:secret)' : 'Mailchimp (…-us21)'}`,
        ]
      : []),
  ]
}

function weakSecrets(given: Given): string[] {
  return Object.entries(SECRETS).flatMap(([name, prefix]) => {
    const secrets = (given[name] ?? '').split(',').map((secret) => secret.trim().replace(prefix, ''))
    const reasons = secrets
      .filter((secret) => secret !== '')
      .map((secret) =>
        secret.length < SHORTEST_SECRET ? 'is too short: copy or make a whole one' : weaknessOf(secret),
      )
    return reasons.filter((reason) => reason !== null).map((reason) => `${name}: ${reason}`)
  })
}

/** Test and live mode are not confused: each is asked for by name. */
function modeProblems({ STRIPE_SECRET_KEY: key, STRIPE_TEST_MODE: testMode }: Given): string[] {
  if (key === undefined) return []
  if (isLiveKey(key))
    return testMode === 'true' ? ['STRIPE_TEST_MODE: is true, but the key is a live one'] : []
  return testMode === 'true'
    ? []
    : ['STRIPE_SECRET_KEY: is a test key: set a live one, or STRIPE_TEST_MODE=true if a test is intended']
}

function misspelt(given: Given, unknown: readonly UnknownName[]): string[] {
  return unknown.flatMap(({ name, meant }) =>
    meant !== null && given[meant] === undefined
      ? [`${name}: is not a variable of this service: is ${meant} meant?`]
      : [],
  )
}
