import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Logger } from 'pino'
import { checkoutMarks, type CheckoutMarks } from './checkout/checkout-mark.ts'
import type { Config } from './config/config.ts'
import { keyringFrom, type Keyring } from './config/keyring.ts'
import { isLiveKey } from './config/variable-schemas.ts'
import type { ExpectedEvents } from './inbox/inbox-event.ts'
import { openCapturedMailer } from './mail/captured-mailer.ts'
import { openMailer } from './mail/mailer-gateway.ts'
import type { Ownership } from './stripe/events/ownership.ts'
import { makeStripe, STRIPE_API_VERSION } from './stripe/stripe-gateway.ts'

// What the service connects to: the configured servers, or, outside production, substitutes of its own. The
// substitutes are imported only where they are started: production does not even load them.

/** Which part of the service a process runs. */
export type Half = 'both' | 'web' | 'worker'

/** The keys of the configured secrets; in development, of one that is kept in the data directory. */
export async function keyringOf({ secrets, dataDir }: Pick<Config, 'secrets' | 'dataDir'>): Promise<Keyring> {
  return keyringFrom(secrets.common ?? [await localSecret(dataDir, 'session-secret')], secrets.own)
}

/** Which of Stripe's events belong to this deployment: by mode, account and API version. */
export function expectedOf({ stripe: { secretKey } }: Pick<Config, 'stripe'>): ExpectedEvents {
  return { livemode: isLiveKey(secretKey ?? ''), account: null, apiVersion: STRIPE_API_VERSION }
}

/** By what this deployment recognises objects at Stripe as its own. Web and worker use the same keys. */
export function ownershipOf(
  config: Pick<Config, 'stripe'>,
  { checkoutMarks: keys }: Pick<Keyring, 'checkoutMarks'>,
): Ownership & { readonly marks: CheckoutMarks } {
  return {
    marks: checkoutMarks(keys, expectedOf(config).livemode),
    donationProducts: new Set(config.stripe.donationProducts),
  }
}

const STRIPE_PAGES = ['https://checkout.stripe.com', 'https://billing.stripe.com'] // payment, and the billing portal
const OFFLINE_KEY = 'sk_test_offline'

/** Where Stripe is, and what its events are signed with. */
export type StripeConnection = {
  readonly secretKey: string
  /** Null: Stripe's own address. */
  readonly apiBase: string | null
  readonly webhookSecrets: readonly string[]
  /** Where the pages of Stripe may be to which our forms lead. */
  readonly checkoutOrigins: readonly string[]
  /** The offline Stripe's address, when this process runs it. */
  readonly sandboxUrl: string | null
}

/** Stripe for the operator's commands. The offline one is used where it runs already, and started where it does not. */
export async function openStripeFor(config: Config, log: Logger, clock: () => Date) {
  const closers: (() => Promise<void> | void)[] = []
  const connection = await stripeConnection(config, 'both', log, clock, closers).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      return stripeConnection(config, 'worker', log, clock, closers)
    throw error
  })
  const stop = async (): Promise<void> => {
    for (const close of closers) await close()
  }
  return { stripe: makeStripe(connection.secretKey, connection.apiBase), stop }
}

export function mailerFor(config: Config) {
  const captured = capturedMailsFor(config)
  return { mailer: captured ?? openMailer(config.smtpUrl ?? ''), captured }
}

/** The mails that are captured because there is no mail server; null when there is one. */
export function capturedMailsFor({ smtpUrl, dataDir }: Pick<Config, 'smtpUrl' | 'dataDir'>) {
  return smtpUrl ? null : openCapturedMailer(path.join(dataDir, 'mail'))
}

/** How Stripe is reached: the real one, or the offline one that sends its webhooks to us. */
export async function stripeConnection(
  config: Config,
  half: Half,
  log: Logger,
  clock: () => Date,
  closers: (() => Promise<void> | void)[],
): Promise<StripeConnection> {
  const { secretKey, apiBase, sandboxPort } = config.stripe
  if (secretKey)
    return {
      secretKey,
      apiBase,
      webhookSecrets: config.webhookSecrets,
      checkoutOrigins: apiBase ? [...STRIPE_PAGES, new URL(apiBase).origin] : STRIPE_PAGES,
      sandboxUrl: null,
    }
  // A separate worker uses the offline Stripe that the web half runs.
  if (half === 'worker')
    return {
      secretKey: OFFLINE_KEY,
      apiBase: `http://127.0.0.1:${sandboxPort}`,
      webhookSecrets: [],
      checkoutOrigins: [],
      sandboxUrl: null,
    }
  const { startSandbox } = await import('./stripe-sandbox/sandbox.ts')
  const [secret] = config.webhookSecrets
  const webhookSecret = secret ?? (await localSecret(config.dataDir, 'webhook-secret', 'whsec_'))
  const sandbox = await startSandbox({
    host: '127.0.0.1',
    port: sandboxPort,
    webhookSecret,
    webhookUrl: `http://${webhookHost(config)}:${config.port}/webhooks/stripe`,
    journalFile: path.join(config.dataDir, 'stripe-sandbox.jsonl'),
    clock,
    log: (line) => log.debug({ sandbox: line }, 'offline Stripe'),
  })
  closers.push(() => sandbox.close())
  return {
    secretKey: OFFLINE_KEY,
    apiBase: sandbox.url,
    webhookSecrets: secret === undefined ? [webhookSecret] : config.webhookSecrets,
    checkoutOrigins: [sandbox.url],
    sandboxUrl: sandbox.url,
  }
}

/** One of several sites is known by its host, which is on this machine wherever the offline Stripe is used. */
function webhookHost({ site, publicUrl }: Pick<Config, 'site' | 'publicUrl'>): string {
  return site ? new URL(publicUrl).hostname : '127.0.0.1'
}

/**
 * A random secret, made once and kept in the data directory, so that sessions and webhook signatures stay valid over
 * a restart. For development: in production every secret is configured.
 */
async function localSecret(dataDir: string, name: string, prefix = ''): Promise<string> {
  const file = path.join(dataDir, name)
  await mkdir(dataDir, { recursive: true })
  const secret = `${prefix}${randomBytes(32).toString('base64url')}`
  try {
    await writeFile(file, secret, { mode: 0o600, flag: 'wx' })
    return secret
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return readFile(file, 'utf8')
    throw error
  }
}
