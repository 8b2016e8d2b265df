import type { GiftKey, Line, Told } from './acts.ts'
import { DISPUTE_FEE_MINOR, feeOf, MONTHLY_FEE_MINOR, settled, settlesIn, startRates } from './money.ts'
import { newsroomDay } from './time.ts'

/** A gift as the script knows it. Amounts in minor units: of the gift's currency, fee and net of the one it settled in. */
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
  /** Of refunds that arrived, and of what the bank took back. */
  gone: bigint
  isReturned: boolean
  warnings: number
  fee: bigint
  net: bigint
}

/** What only Stripe's books show, and must be named and signed. */
export type ExpectedDifference = {
  readonly kind: 'missing_here' | 'unknown_type' | 'adjustment'
  /** The gift or the movement, in the script's names. */
  readonly key: string
  readonly currency: string
  readonly amount: bigint
  readonly month: string
}

export type Book = {
  readonly gifts: ReadonlyMap<GiftKey, ExpectedGift>
  /** Balances by `account currency`; what Stripe holds and what it paid out are one sum, `held`. */
  readonly accounts: ReadonlyMap<string, bigint>
  readonly differences: readonly ExpectedDifference[]
  /** Debits that the bank refused: no gift came of them. */
  readonly refused: readonly GiftKey[]
  readonly agreements: ReadonlyMap<
    number,
    { readonly status: string; readonly amount: bigint; readonly currency: string }
  >
}

type Back = { readonly gift: ExpectedGift; readonly amount: bigint; isPending: boolean }

/** Adds up what was told, in the order of time, by the script's own rules. */
export function bookOf(lines: readonly Line[], endMs: number): Book {
  const gifts = new Map<GiftKey, ExpectedGift>()
  const accounts = new Map<string, bigint>()
  const differences: ExpectedDifference[] = []
  const refused: GiftKey[] = []
  const agreements = new Map<number, { status: string; amount: bigint; currency: string }>()
  const refunds = new Map<string, Back>()
  const disputes = new Map<string, Back>()
  const rates: Record<string, string> = { ...startRates }
  const debits = new Map<GiftKey, { currency: string; gross: bigint; fee: bigint; net: bigint }>()
  const chargedMonths = new Set<string>()

  const post = (account: string, currency: string, minor: bigint): void => {
    const key = `${account} ${currency}`
    accounts.set(key, (accounts.get(key) ?? 0n) + minor)
  }
  /** Money of a gift moves on Stripe's balance; another currency passes through `fx`. */
  const moves = (
    gift: { currency: string; fee: bigint; net: bigint },
    minor: bigint,
    feeMinor: bigint | 'usual',
  ): void => {
    const { currency } = gift
    const into = settlesIn(currency)
    const amount = settled(minor, currency, rates[currency] ?? '1')
    const fee = feeMinor === 'usual' ? feeOf(amount) : feeMinor
    if (into !== currency) {
      post('fx', currency, minor)
      post('fx', into, -amount)
    }
    post('stripe_fees', into, fee)
    post('held', into, amount - fee)
    gift.fee += fee
    gift.net += amount - fee
  }
  const charged = (atMs: number) => chargedMonths.add(new Date(atMs).toISOString().slice(0, 7))
  const known = <T>(map: ReadonlyMap<string, T>, key: string): T => {
    const found = map.get(key)
    if (found === undefined) throw new Error(`the script tells of ${key} before it was there`)
    return found
  }

  const take = (told: Told, atMs: number): void => {
    const month = newsroomDay(atMs).slice(0, 7)
    switch (told.kind) {
      case 'debit_sent': {
        charged(atMs)
        const debit = { currency: told.currency, gross: BigInt(told.amount), fee: 0n, net: 0n }
        debits.set(told.gift, debit)
        return moves(debit, debit.gross, 'usual')
      }
      case 'debit_refused': {
        const debit = known(debits, told.gift)
        refused.push(told.gift)
        return moves(debit, -debit.gross, 0n)
      }
      case 'given': {
        const gross = BigInt(told.amount)
        const { gift: key, currency, article, campaign } = told
        const gift = {
          ...NOTHING_YET,
          key,
          currency,
          gross,
          article,
          campaign,
          atMs,
          frequency: told.frequency ?? '',
        }
        const debit = debits.get(key)
        if (debit) Object.assign(gift, { fee: debit.fee, net: debit.net })
        else {
          charged(atMs)
          moves(gift, gross, 'usual')
        }
        if (told.frequency === null) {
          post('stripe_clearing', currency, -gross)
          return void differences.push({ kind: 'missing_here', key, currency, amount: -gross, month })
        }
        gifts.set(key, gift)
        return post('donations', currency, -gross)
      }
      case 'refunded': {
        const gift = known(gifts, told.gift)
        const amount = BigInt(told.amount)
        refunds.set(told.refund, { gift, amount, isPending: told.pending })
        gift.refunded += amount
        if (!told.pending) gift.gone += amount
        post('refunds', gift.currency, amount)
        return moves(gift, -amount, 0n)
      }
      case 'refund_arrived': {
        const refund = known(refunds, told.refund)
        refund.isPending = false
        refund.gift.gone += refund.amount
        return
      }
      case 'refund_failed': {
        const { gift, amount, isPending } = known(refunds, told.refund)
        gift.refunded -= amount
        if (!isPending) gift.gone -= amount
        post('refunds', gift.currency, -amount)
        return moves(gift, amount, 0n)
      }
      case 'returned': {
        const gift = known(gifts, told.gift)
        const amount = gift.gross - gift.refunded
        gift.refunded += amount
        gift.gone += amount
        gift.isReturned = true
        post('refunds', gift.currency, amount)
        return moves(gift, -amount, 0n)
      }
      case 'withdrawn': {
        const gift = known(gifts, told.gift)
        const amount = BigInt(told.amount)
        disputes.set(told.dispute, { gift, amount, isPending: true })
        gift.disputed += amount
        if (told.lost) gift.lost += amount
        post('disputes', gift.currency, amount)
        return moves(gift, -amount, BigInt(DISPUTE_FEE_MINOR))
      }
      case 'lost': {
        const { gift, amount } = known(disputes, told.dispute)
        gift.lost += amount
        return
      }
      case 'reinstated': {
        const { gift, amount } = known(disputes, told.dispute)
        gift.disputed -= amount
        post('disputes', gift.currency, -amount)
        return moves(gift, amount, 0n)
      }
      case 'warned':
        known(gifts, told.gift).warnings += 1
        return
      case 'agreement': {
        const { currency } = known(gifts, `${told.reader}/0`)
        return void agreements.set(told.reader, {
          status: told.status,
          amount: BigInt(told.amount),
          currency,
        })
      }
      case 'rate':
        rates[told.currency] = told.usd
        return
      case 'injected': {
        const { key, type, currency } = told
        const [amount, fee] = [BigInt(told.amount), BigInt(told.fee)]
        post('held', currency, amount - fee)
        // A fee of Stripe's own explains itself.
        if (type === 'tax_fee') return post('stripe_fees', currency, fee - amount)
        post('stripe_fees', currency, fee)
        post('stripe_clearing', currency, -amount)
        const kind = type === 'adjustment' ? 'adjustment' : 'unknown_type'
        return void differences.push({ kind, key, currency, amount: -amount, month })
      }
    }
  }
  for (const { atMs, told } of lines) for (const one of told) take(one, atMs)
  for (const month of chargedMonths) {
    const nextMs = Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)))
    if (nextMs > endMs) continue
    post('stripe_fees', 'usd', BigInt(MONTHLY_FEE_MINOR))
    post('held', 'usd', -BigInt(MONTHLY_FEE_MINOR))
  }
  return { gifts, accounts, differences, refused, agreements }
}

const NOTHING_YET = {
  refunded: 0n,
  disputed: 0n,
  lost: 0n,
  gone: 0n,
  isReturned: false,
  warnings: 0,
  fee: 0n,
  net: 0n,
}

/** What the service must call it. */
export function statusOf({ gross, refunded, disputed, lost, isReturned }: ExpectedGift): string {
  if (isReturned) return 'returned'
  if (lost > 0n) return 'dispute_lost'
  if (disputed > 0n) return 'disputed'
  if (refunded === 0n) return 'succeeded'
  return refunded < gross ? 'partially_refunded' : 'refunded'
}

/** What its receipt may still say; 0: it has none that is valid. */
export function receiptable({ gross, gone, lost }: ExpectedGift): bigint {
  const left = gross - gone - lost
  return left > 0n ? left : 0n
}
