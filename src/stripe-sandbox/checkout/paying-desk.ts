import { expire } from './checkout-session.ts'
import { CannotPay, settle, tryToPay } from './payments.ts'
import type { Try } from './payments.ts'
import type { Stage } from '../stage.ts'
import type { Donor, SessionRecord } from '../state.ts'
import { startWork } from '../work.ts'
import type { Work } from '../work.ts'

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

export function payingDesk(stage: Stage): PayingDesk {
  const doing = (act: (work: Work) => void): void => {
    const work = startWork(stage.scene())
    act(work)
    stage.commit(work.changes)
  }
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
      doing((work) => {
        const settlesAtMs = work.scene.nowMs + work.scene.settings.bankDebitDelayMs
        const attempt: Try = how === 'bank_debit' ? { how, settles, settlesAtMs } : { how }
        tryToPay(work, known(id), donor, attempt)
      })
    },
    walkAway(id) {
      if (known(id).object.cancel_url === null) throw new CannotPay('This session has no cancel_url.')
    },
    settle(id, outcome) {
      doing((work) => {
        const debit = work.get('bank_debit', id)
        if (debit === undefined) throw new CannotPay('No bank debit of this session is under way.')
        settle(work, debit, outcome)
      })
    },
    expire(id) {
      doing((work) => work.add(expire(work.scene, known(id))))
    },
  }
}
