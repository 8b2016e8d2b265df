import { Refusal } from '../http/refusal.ts'
import { amountProblemText } from '../money/amount-problem-text.ts'
import type { CurrencyCode } from '../money/currency.ts'
import { amountProblem, type AmountLimits, type Money } from '../money/money.ts'
import { limitsAboveRefused, limitsSettledIn } from '../money/settlement-minimum.ts'
import type { TextFor } from '../text/text.ts'
import type { CheckoutRequest } from './checkout-request.ts'
import type { SessionRefused } from './create-checkout.ts'

const ASK_AGAIN_MS = 60_000

/** Where it is noted for operators what was learned. */
type Notes = {
  debug(details: object, message: string): void
  info(details: object, message: string): void
  warn(details: object, message: string): void
}

/** What can be charged: the newsroom's limits, raised by what this process learns of the Stripe account. */
export type ChargeLimits = {
  /** The limits as they are known now: a later read may show a higher minimum. */
  readonly limits: ReadonlyMap<CurrencyCode, AmountLimits>
  /** Asks Stripe for the account's currency, once it has answered never again and at most once a minute until then. Never throws. */
  learn(): Promise<void>
  /** What to answer when Stripe refuses the amount or the currency; it also remembers an amount that was too small. */
  refusal(request: CheckoutRequest, refused: SessionRefused): Refusal
}

/** @param settlementCurrency reads it from Stripe; null when it cannot be known */
export function chargeLimits(deps: {
  readonly offered: ReadonlyMap<CurrencyCode, AmountLimits>
  readonly settlementCurrency: () => Promise<CurrencyCode | null>
  readonly clock: () => Date
  readonly log: Notes
  readonly textFor: TextFor
}): ChargeLimits {
  const { settlementCurrency, clock, log, textFor } = deps
  const limits = new Map(deps.offered)
  let hasAnswer = false
  let askedAtMs = Number.NEGATIVE_INFINITY

  const learn = async (): Promise<void> => {
    if (hasAnswer || clock().getTime() - askedAtMs < ASK_AGAIN_MS) return
    askedAtMs = clock().getTime()
    try {
      const settlement = await settlementCurrency()
      hasAnswer = true
      if (settlement === null)
        return log.info(
          {},
          'the key may not read the account: smallest amounts follow Stripe’s table until it refuses one',
        )
      for (const [code, raised] of limitsSettledIn(limits, settlement)) limits.set(code, raised)
      log.debug({ settlement }, 'smallest amounts follow the account’s currency')
    } catch (error) {
      log.info({ err: error }, 'Stripe did not say the account’s currency; the next checkout asks again')
    }
  }

  const tooSmall = ({ currency, minor }: Money): void => {
    const known = limits.get(currency)
    if (known) limits.set(currency, limitsAboveRefused(currency, known, minor))
  }

  return {
    limits,
    learn,
    refusal({ amount, locale }, refused) {
      const text = textFor(locale)
      const code = amount.currency.toUpperCase()
      if (refused.reason === 'currency') {
        log.warn(
          { err: refused, currency: amount.currency },
          'Stripe refuses a currency: remove it from CURRENCIES',
        )
        return invalid('/currency', text.amount('currencyRefused', { currency: code }), refused)
      }
      log.info({ err: refused, currency: amount.currency }, 'Stripe refuses an amount')
      if (refused.reason === 'amount_too_large')
        return invalid('/amount', text.amount('tooManyDigits'), refused)
      tooSmall(amount)
      const known = limits.get(amount.currency)
      const problem = known ? amountProblem(amount, known) : null
      const words = problem
        ? amountProblemText(problem, amount.currency, text)
        : text.amount('refusedTooSmall')
      return invalid('/amount', words, refused)
    },
  }
}

function invalid(pointer: string, message: string, cause: unknown): Refusal {
  return new Refusal('malformed', 'Stripe cannot charge this.', { problems: [{ pointer, message }], cause })
}
