import type { GiftKey, Line, Consequence } from './acts.ts'
import { DISPUTE_FEE_MINOR, feeOf, MONTHLY_FEE_MINOR, settled, settlesIn, startRates } from './money.ts'
import { newsroomDay } from './time.ts'

/** A gift as the script expects it. Amounts in minor units of its currency; fee and net of the settlement currency. */
export type ExpectedGift = {
  readonly key: GiftKey
  readonly currency: string
  readonly gross: bigint
  readonly frequency: string
  readonly article: string | null
  readonly campaign: string | null
  readonly atMs: number
  refunded: bigint
  disputed: bigint
  lost: bigint
  /** The part of `refunded` that is certain: refunds that arrived, and what the bank returned. */
  arrived: bigint
  isReturned: boolean
  warnings: number
  fee: bigint
  net: bigint
}

/** A difference that only Stripe's balance shows: reconciling must find it, and finance signs it off. */
export type ExpectedDifference = {
  readonly kind: 'other_activity' | 'unknown_type' | 'adjustment'
  /** The script's key of the injected movement; of other activity the sum of a month has none. */
  readonly key: string
  readonly currency: string
  readonly amount: bigint
  readonly month: string
}

export type Expectations = {
  readonly gifts: ReadonlyMap<GiftKey, ExpectedGift>
  /** Balances by account and currency. `held` is the sum of what Stripe holds and what it paid out. */
  readonly accounts: ReadonlyMap<string, bigint>
  readonly differences: readonly ExpectedDifference[]
  /** Debits that the bank refused, so that no gift was given. */
  readonly refused: readonly GiftKey[]
  readonly subscriptions: ReadonlyMap<
    number,
    { readonly status: string; readonly amount: bigint; readonly currency: string }
  >
}

type OpenReversal = { readonly gift: ExpectedGift; readonly amount: bigint; isPending: boolean }

/** Adds up the consequences of all lines, in the order of time and by the script's own rules. */
export function expectationsOf(lines: readonly Line[], endMs: number): Expectations {
  const gifts = new Map<GiftKey, ExpectedGift>()
  const accounts = new Map<string, bigint>()
  const differences: ExpectedDifference[] = []
  const refused: GiftKey[] = []
  const subscriptions = new Map<number, { status: string; amount: bigint; currency: string }>()
  const refunds = new Map<string, OpenReversal>()
  const disputes = new Map<string, OpenReversal>()
  const rates: Record<string, string> = { ...startRates }
  const debits = new Map<GiftKey, { currency: string; gross: bigint; fee: bigint; net: bigint }>()
  const chargedMonths = new Set<string>()

  const post = (account: string, currency: string, minor: bigint): void => {
    const key = `${account} ${currency}`
    accounts.set(key, (accounts.get(key) ?? 0n) + minor)
  }
  /** Moves money of a gift on Stripe's balance; a conversion passes through the account `fx`. */
  const move = (
    gift: { currency: string; fee: bigint; net: bigint },
    minor: bigint,
    feeMinor: bigint | 'usual',
    feeAccount = 'stripe_fees',
  ): void => {
    const { currency } = gift
    const into = settlesIn(currency)
    const amount = settled(minor, currency, rates[currency] ?? '1')
    const fee = feeMinor === 'usual' ? feeOf(amount) : feeMinor
    if (into !== currency) {
      post('fx', currency, minor)
      post('fx', into, -amount)
    }
    post(feeAccount, into, fee)
    post('held', into, amount - fee)
    gift.fee += fee
    gift.net += amount - fee
  }
  /** The activity of other programs is one difference for each month and currency. */
  const addOtherActivity = (currency: string, net: bigint, month: string): void => {
    const at = differences.findIndex(
      (one) => one.kind === 'other_activity' && one.month === month && one.currency === currency,
    )
    const before = differences[at]?.amount ?? 0n
    const sum = {
      kind: 'other_activity',
      key: 'other_programs',
      currency,
      amount: before + net,
      month,
    } as const
    differences.splice(at === -1 ? differences.length : at, at === -1 ? 0 : 1, sum)
  }
  const charge = (atMs: number) => chargedMonths.add(new Date(atMs).toISOString().slice(0, 7))
  const known = <T>(map: ReadonlyMap<string, T>, key: string): T => {
    const found = map.get(key)
    if (found === undefined) throw new Error(`The script mentions ${key} before it exists`)
    return found
  }

  const add = (consequence: Consequence, atMs: number): void => {
    const month = newsroomDay(atMs).slice(0, 7)
    switch (consequence.kind) {
      case 'debit_sent': {
        charge(atMs)
        const debit = { currency: consequence.currency, gross: BigInt(consequence.amount), fee: 0n, net: 0n }
        debits.set(consequence.gift, debit)
        return move(debit, debit.gross, 'usual')
      }
      case 'debit_refused': {
        const debit = known(debits, consequence.gift)
        refused.push(consequence.gift)
        return move(debit, -debit.gross, 0n)
      }
      case 'given': {
        const gross = BigInt(consequence.amount)
        const { gift: key, currency, article, campaign } = consequence
        const gift = {
          ...NOTHING_REVERSED,
          key,
          currency,
          gross,
          article,
          campaign,
          atMs,
          frequency: consequence.frequency ?? '',
        }
        const debit = debits.get(key)
        if (debit) Object.assign(gift, { fee: debit.fee, net: debit.net })
        else {
          charge(atMs)
          move(gift, gross, 'usual')
        }
        if (consequence.frequency === null) {
          // Another program's: it leaves the books of gifts together with its fee.
          const into = settlesIn(currency)
          post('stripe_fees', into, -gift.fee)
          post('other_programs', into, -gift.net)
          if (into !== currency) {
            post('fx', currency, -gross)
            post('fx', into, gift.fee + gift.net)
          }
          return addOtherActivity(into, gift.net, month)
        }
        gifts.set(key, gift)
        return post('donations', currency, -gross)
      }
      case 'refunded': {
        const gift = known(gifts, consequence.gift)
        const amount = BigInt(consequence.amount)
        refunds.set(consequence.refund, { gift, amount, isPending: consequence.pending })
        gift.refunded += amount
        if (!consequence.pending) gift.arrived += amount
        post('refunds', gift.currency, amount)
        return move(gift, -amount, 0n)
      }
      case 'refund_arrived': {
        const refund = known(refunds, consequence.refund)
        refund.isPending = false
        refund.gift.arrived += refund.amount
        return
      }
      case 'refund_failed': {
        const { gift, amount, isPending } = known(refunds, consequence.refund)
        gift.refunded -= amount
        if (!isPending) gift.arrived -= amount
        post('refunds', gift.currency, -amount)
        return move(gift, amount, 0n)
      }
      case 'returned': {
        const gift = known(gifts, consequence.gift)
        const amount = gift.gross - gift.refunded
        gift.refunded += amount
        gift.arrived += amount
        gift.isReturned = true
        post('refunds', gift.currency, amount)
        return move(gift, -amount, 0n)
      }
      case 'withdrawn': {
        const gift = known(gifts, consequence.gift)
        const amount = BigInt(consequence.amount)
        disputes.set(consequence.dispute, { gift, amount, isPending: true })
        gift.disputed += amount
        if (consequence.lost) gift.lost += amount
        post('disputes', gift.currency, amount)
        return move(gift, -amount, BigInt(DISPUTE_FEE_MINOR), 'dispute_fees')
      }
      case 'lost': {
        const { gift, amount } = known(disputes, consequence.dispute)
        gift.lost += amount
        return
      }
      case 'reinstated': {
        const { gift, amount } = known(disputes, consequence.dispute)
        gift.disputed -= amount
        post('disputes', gift.currency, -amount)
        return move(gift, amount, 0n, 'dispute_fees')
      }
      case 'warned':
        known(gifts, consequence.gift).warnings += 1
        return
      case 'subscription': {
        const { currency } = known(gifts, `${consequence.reader}/0`)
        return void subscriptions.set(consequence.reader, {
          status: consequence.status,
          amount: BigInt(consequence.amount),
          currency,
        })
      }
      case 'rate':
        rates[consequence.currency] = consequence.usd
        return
      case 'injected': {
        const { key, type, currency } = consequence
        const [amount, fee] = [BigInt(consequence.amount), BigInt(consequence.fee)]
        post('held', currency, amount - fee)
        // A fee that Stripe charges the account needs no explanation.
        if (type === 'tax_fee') return post('stripe_fees', currency, fee - amount)
        post('stripe_fees', currency, fee)
        post('stripe_clearing', currency, -amount)
        const kind = type === 'adjustment' ? 'adjustment' : 'unknown_type'
        return void differences.push({ kind, key, currency, amount: -amount, month })
      }
    }
  }
  for (const { atMs, consequences } of lines) for (const consequence of consequences) add(consequence, atMs)
  for (const month of chargedMonths) {
    const nextMs = Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)))
    if (nextMs > endMs) continue
    post('stripe_fees', 'usd', BigInt(MONTHLY_FEE_MINOR))
    post('held', 'usd', -BigInt(MONTHLY_FEE_MINOR))
  }
  return { gifts, accounts, differences, refused, subscriptions }
}

const NOTHING_REVERSED = {
  refunded: 0n,
  disputed: 0n,
  lost: 0n,
  arrived: 0n,
  isReturned: false,
  warnings: 0,
  fee: 0n,
  net: 0n,
}

/** The status that the service must report. */
export function statusOf({ gross, refunded, disputed, lost, isReturned }: ExpectedGift): string {
  if (isReturned) return 'returned'
  if (lost > 0n) return 'dispute_lost'
  if (disputed > 0n) return 'disputed'
  if (refunded === 0n) return 'succeeded'
  return refunded < gross ? 'partially_refunded' : 'refunded'
}

/** The amount of its valid receipt; 0: none of its receipts is valid. */
export function receiptable({ gross, arrived, lost }: ExpectedGift): bigint {
  const left = gross - arrived - lost
  return left > 0n ? left : 0n
}
