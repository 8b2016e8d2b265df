import { z } from 'zod'
import type { Sandbox } from '../../../src/stripe-sandbox/sandbox.ts'
import { expectedOf, lifeOf, type Expected, type Life } from '../script/lives.ts'
import type { Process } from '../stage/processes.ts'
import { pause } from './deliveries.ts'

const answer = z.object({ id: z.string() })

/** Readers who give, and what becomes of their gifts. Each keeps pressing the button until there is a payment page. */
export function readersOf(seed: number, webs: readonly Process[], sandbox: Sandbox) {
  let next = 0
  const expected: Expected[] = []
  let unpaid = 0

  const open = async ({ reader, amount }: Life): Promise<string> => {
    for (let attempt = 0; ; attempt += 1) {
      const web = webs[(reader + attempt) % webs.length]
      const response = await fetch(`${web?.url}/checkout-sessions`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Idempotency-Key': `torture-${seed}-${reader}`,
          // Every reader has an address of their own.
          'X-Forwarded-For': `203.${(reader >> 16) & 255}.${(reader >> 8) & 255}.${reader & 255}`,
        },
        body: JSON.stringify({ amount, currency: 'usd' }),
        signal: AbortSignal.timeout(20_000),
      }).catch(() => null)
      const body = response?.status === 201 ? answer.safeParse(await response.json().catch(() => null)) : null
      if (body?.success) return body.data.id
      await pause(100)
    }
  }
  const live = async (life: Life): Promise<void> => {
    const session = await open(life)
    const donor = { name: `Reader ${life.reader}`, email: life.email }
    if (life.declinedFirst) await sandbox.pay(session, 'declined', donor)
    await sandbox.pay(session, life.how, donor)
    if (life.how === 'bank_debit')
      await sandbox.settleBankDebit(session, life.isPaid ? 'succeeded' : 'failed')
    const charge = sandbox.chargeIdOf(session) ?? ''
    for (const turn of life.turns) {
      if (turn.kind === 'warning') await sandbox.createEarlyFraudWarning(charge)
      if (turn.kind === 'refund') {
        const refund = await sandbox.refund(charge, { amount: turn.amount })
        if (turn.fails) await sandbox.settleRefund(refund, 'failed')
      }
      if (turn.kind === 'dispute') {
        const dispute = await sandbox.dispute(charge)
        await sandbox.submitEvidence(dispute)
        await sandbox.closeDispute(dispute, turn.ends)
      }
    }
    const wanted = expectedOf(life)
    if (wanted) expected.push(wanted)
    else unpaid += 1
  }
  return {
    /** What the tables must say in the end, by the script alone. */
    expected,
    /** Debits that no bank paid: Stripe's word of the failed charge stays beside no gift. */
    unpaid: () => unpaid,
    /** @param isEnough says when no further reader comes */
    async give(isEnough: () => boolean, atOnce: number): Promise<void> {
      const reader = async (): Promise<void> => {
        while (!isEnough()) await live(lifeOf(seed, next++))
      }
      await Promise.all(Array.from({ length: atOnce }, reader))
    },
    readers: () => next,
  }
}
