import { diceOf } from '../../rehearsal/script/dice.ts'

/** What becomes of a gift after it was paid. Amounts in minor units. */
export type Turn =
  | { readonly kind: 'refund'; readonly amount: number; readonly fails: boolean }
  | { readonly kind: 'dispute'; readonly ends: 'won' | 'lost' }
  | { readonly kind: 'warning' }

/** One reader's gift, as the script wants it. Nothing of it is read from the service. */
export type Life = {
  readonly reader: number
  readonly email: string
  readonly amount: number
  readonly declinedFirst: boolean
  readonly how: 'card' | 'bank_debit'
  /** A bank may answer a debit with no. */
  readonly isPaid: boolean
  readonly turns: readonly Turn[]
}

/** What the tables have to say of a gift in the end, in minor units. */
export type Expected = {
  readonly email: string
  readonly gross: number
  readonly refunded: number
  readonly disputed: number
}

export function lifeOf(seed: number, reader: number): Life {
  const dice = diceOf(seed, 'life', reader)
  const how = dice.often(0.85) ? 'card' : 'bank_debit'
  const isPaid = how === 'card' || dice.often(0.8)
  const amount = dice.int(3, 60) * 100
  const turns: Turn[] = []
  if (isPaid && dice.often(0.4)) {
    const amounts = dice.often(0.3) ? [amount] : [100, 200].slice(0, dice.int(1, 2))
    let left = amount
    for (const part of amounts) {
      if (part > left) break
      turns.push({ kind: 'refund', amount: part, fails: dice.often(0.15) })
      left -= part
    }
  }
  const hasRefund = turns.length > 0
  if (isPaid && how === 'card' && !hasRefund && dice.often(0.2))
    turns.push({ kind: 'dispute', ends: dice.pick(['won', 'lost']) })
  if (isPaid && how === 'card' && dice.often(0.1)) turns.unshift({ kind: 'warning' })
  const email = `reader-${reader}@torture.example`
  return { reader, email, amount, declinedFirst: how === 'card' && dice.often(0.1), how, isPaid, turns }
}

/** @returns null for a gift that no bank paid */
export function expectedOf({ email, amount, isPaid, turns }: Life): Expected | null {
  if (!isPaid) return null
  let [refunded, disputed] = [0, 0]
  for (const turn of turns) {
    if (turn.kind === 'refund' && !turn.fails) refunded += turn.amount
    if (turn.kind === 'dispute' && turn.ends === 'lost') disputed += amount
  }
  return { email, gross: amount, refunded, disputed }
}
