import { expire } from './checkout-session.ts'
import { CannotPay, settle, tryToPay } from './payments.ts'
import type { Try } from './payments.ts'
import type { Stage } from './stage.ts'
import type { Donor, SessionRecord } from './state.ts'

/** What can be done to a session from outside the API: by the reader, by the bank, by the demo's operator. */
export type PayingDesk = {
  session(id: string): SessionRecord | null
  /** @throws CannotPay unless the session is open and offers this kind of payment. */
  pay(id: string, how: Try['how'], donor: Donor, settles?: 'succeeded' | 'failed'): void
  /** Changes nothing: the session stays open until it expires. @throws CannotPay when there is no way back. */
  walkAway(id: string): void
  /** @throws CannotPay when no bank debit is under way. */
  settle(id: string, outcome: 'succeeded' | 'failed'): void
  /** @throws StripeRefusal unless the session is open. */
  expire(id: string): void
}

/** @param bankDebitDelayMs how long after the reader's try the bank will speak. */
export function payingDesk(stage: Stage, bankDebitDelayMs: number): PayingDesk {
  const known = (id: string): SessionRecord => {
    const record = stage.state.session.get(id)
    if (record === undefined) throw new CannotPay(`No such session: ${id}`)
    return record
  }
  return {
    session(id) {
      stage.scene() // lets an overdue session expire first
      return stage.state.session.get(id) ?? null
    },
    pay(id, how, donor, settles = 'succeeded') {
      const scene = stage.scene()
      const settlesAtMs = scene.nowMs + bankDebitDelayMs
      const attempt: Try = how === 'bank_debit' ? { how, settles, settlesAtMs } : { how }
      stage.commit(tryToPay(scene, known(id), donor, attempt))
    },
    walkAway(id) {
      if (known(id).object.cancel_url === null) throw new CannotPay('This session has no cancel_url.')
    },
    settle(id, outcome) {
      const scene = stage.scene()
      const debit = stage.state.bank_debit.get(id)
      if (debit === undefined) throw new CannotPay('No bank debit of this session is under way.')
      stage.commit(settle(scene, debit, outcome))
    },
    expire(id) {
      const scene = stage.scene()
      stage.commit(expire(scene, known(id)))
    },
  }
}
