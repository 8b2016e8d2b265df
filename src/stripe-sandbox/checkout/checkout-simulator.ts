import type { Runtime } from '../runtime.ts'
import type { BankDebit, Donor, SessionRecord } from '../state/state.ts'
import { expireSession } from './checkout-session.ts'
import { attemptPayment, CannotPay, settleBankDebit } from './payments.ts'
import type { PaymentAttempt } from './payments.ts'

/** What readers and banks do with a session, outside the API. */
export type CheckoutSimulator = {
  session(id: string): SessionRecord | null
  /** @throws CannotPay unless the session is open and offers this payment method. */
  pay(id: string, how: PaymentAttempt['how'], donor: Donor, bankDebitOutcome?: BankDebit['outcome']): void
  /** The reader goes back without paying. The session stays open until it expires. @throws CannotPay without cancel_url. */
  leave(id: string): void
  /** @throws CannotPay when no bank debit is pending. */
  settleBankDebit(id: string, outcome: BankDebit['outcome']): void
  /** @throws StripeRefusal unless the session is open. */
  expire(id: string): void
}

export function createCheckoutSimulator(runtime: Runtime): CheckoutSimulator {
  const sessionOrThrow = (id: string): SessionRecord => {
    const record = runtime.state.session.get(id)
    if (record === undefined) throw new CannotPay(`No such session: ${id}`)
    return record
  }
  return {
    session: (id) => runtime.context().state.session.get(id) ?? null,
    pay(id, how, donor, outcome = 'succeeded') {
      runtime.transact((transaction) => {
        const { nowMs, settings } = transaction.context
        const settlesAtMs = nowMs + settings.bankDebitDelayMs
        const attempt: PaymentAttempt = how === 'bank_debit' ? { how, outcome, settlesAtMs } : { how }
        attemptPayment(transaction, sessionOrThrow(id), donor, attempt)
      })
    },
    leave(id) {
      if (sessionOrThrow(id).object.cancel_url === null)
        throw new CannotPay('This session has no cancel_url.')
    },
    settleBankDebit(id, outcome) {
      runtime.transact((transaction) => {
        const debit = transaction.get('bank_debit', id)
        if (debit === undefined) throw new CannotPay('No bank debit of this session is pending.')
        settleBankDebit(transaction, debit, outcome)
      })
    },
    expire: (id) => runtime.transact((transaction) => expireSession(transaction, sessionOrThrow(id))),
  }
}
