import { Stripe } from 'stripe'
import { z } from 'zod'
import { type CurrencyCode, parseCurrency } from '../money/currency.ts'
import { text } from './field-schema.ts'

const accountSchema = z.object({ object: z.literal('account'), default_currency: text })

/**
 * The currency in which the account's money is settled unless a charge's currency has a bank account of its own.
 * @returns null when the key may not read the account, or the account has no currency that we know
 * @throws Stripe's error when it does not answer
 */
export async function settlementCurrency(stripe: Stripe): Promise<CurrencyCode | null> {
  try {
    const account = accountSchema.safeParse(await stripe.accounts.retrieveCurrent())
    return account.success ? parseCurrency(account.data.default_currency) : null
  } catch (error) {
    const { StripePermissionError, StripeAuthenticationError } = Stripe.errors
    if (error instanceof StripePermissionError || error instanceof StripeAuthenticationError) return null
    throw error
  }
}
