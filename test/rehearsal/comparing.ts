import { type Book, type ExpectedGift, receiptable, statusOf } from './book.ts'
import type { FoundBooks } from './found.ts'
import { settlesIn } from './money.ts'
import { newsroomDay } from './time.ts'

/** The script's names in Stripe's, and what Stripe itself holds at the end. Minor units. */
export type AtStripe = {
  paymentOf(gift: string): string
  subscriptionOf(reader: number): string
  /** By currency. */
  readonly balance: ReadonlyMap<string, bigint>
  /** What payouts brought to the bank, less what came back. */
  readonly paidOut: ReadonlyMap<string, bigint>
}

/** Everything in which the books differ from the script, as lines to read; none is the rehearsal's whole point. */
export function differences(
  book: Book,
  found: FoundBooks,
  stripe: AtStripe,
  mails: ReadonlyMap<string, number>,
): string[] {
  return [
    ...giftDifferences(book, found, stripe),
    ...accountDifferences(book, found, stripe),
    ...receiptDifferences(book, found, stripe),
    ...mailDifferences(found, mails),
    ...agreementDifferences(book, found, stripe),
    ...dayDifferences(book, found),
    ...inboxDifferences(book, found, stripe),
  ]
}

function differ(what: string, wanted: unknown, had: unknown): string[] {
  return wanted === had ? [] : [`${what}: ${String(wanted)} in the script, ${String(had)} in the books`]
}

function giftDifferences(
  { gifts }: Book,
  { donations, warnings }: FoundBooks,
  { paymentOf }: AtStripe,
): string[] {
  const byPayment = new Map(donations.map((donation) => [donation.paymentIntentId, donation]))
  const warned = new Map(warnings.map(({ payment, count }) => [payment, count]))
  const lines: string[] = []
  for (const gift of gifts.values()) {
    const payment = paymentOf(gift.key)
    const name = `gift ${gift.key} (${payment})`
    const had = byPayment.get(payment)
    byPayment.delete(payment)
    if (had === undefined) {
      lines.push(`${name}: ${gift.gross} ${gift.currency} were given and are not in the books`)
      continue
    }
    const { gross, refunded, disputed, fee, net } = had
    const wanted = { ...asReported(gift), warnings: gift.warnings || undefined }
    const same = { ...had, article: had.article?.url ?? null, campaign: had.campaign?.name ?? null }
    const shown = { ...same, gross, refunded, disputed, fee, net, warnings: warned.get(payment) }
    for (const [field, value] of Object.entries(wanted))
      lines.push(
        ...differ(`${name}, ${field}`, value, Object.entries(shown).find(([one]) => one === field)?.[1]),
      )
  }
  for (const [payment, { gross, currency }] of byPayment)
    lines.push(`${payment}: ${gross} ${currency} are in the books and nobody gave them`)
  return lines
}

/** A gift as the report for programs must show it. */
export function asReported(gift: ExpectedGift) {
  return {
    status: statusOf(gift),
    currency: gift.currency,
    gross: Number(gift.gross),
    refunded: Number(gift.refunded),
    disputed: Number(gift.disputed),
    fee: Number(gift.fee),
    net: Number(gift.net),
    settlementCurrency: settlesIn(gift.currency),
    frequency: gift.frequency,
    article: gift.article,
    campaign: gift.campaign,
    succeededAt: new Date(gift.atMs).toISOString(),
  }
}

function accountDifferences({ accounts }: Book, found: FoundBooks, { balance, paidOut }: AtStripe): string[] {
  const wanted = new Map([...accounts].filter(([key]) => !key.startsWith('held ')))
  const currencies = new Set([...balance.keys(), ...paidOut.keys()])
  for (const currency of currencies) {
    wanted.set(`stripe_balance ${currency}`, balance.get(currency) ?? 0n)
    wanted.set(`bank ${currency}`, paidOut.get(currency) ?? 0n)
  }
  const keys = [...new Set([...wanted.keys(), ...found.accounts.keys()])].toSorted()
  return [
    ...keys.flatMap((key) => differ(`account ${key}`, wanted.get(key) ?? 0n, found.accounts.get(key) ?? 0n)),
    // Where Stripe holds it is Stripe's to say; how much it is in all, the script knows.
    ...[...currencies].flatMap((currency) => {
      const held =
        (found.accounts.get(`stripe_balance ${currency}`) ?? 0n) +
        (found.accounts.get(`bank ${currency}`) ?? 0n)
      return differ(`bank and Stripe balance in ${currency}`, accounts.get(`held ${currency}`) ?? 0n, held)
    }),
    ...(found.crooked === 0 ? [] : [`${found.crooked} ledger transactions do not sum to zero`]),
  ]
}

function receiptDifferences({ gifts }: Book, found: FoundBooks, { paymentOf }: AtStripe): string[] {
  const lines: string[] = []
  const byPayment = new Map(found.donations.map(({ id, paymentIntentId }) => [paymentIntentId, id]))
  const byDonation = Map.groupBy(found.receipts, ({ donation }) => donation)
  for (const gift of gifts.values()) {
    const own = byDonation.get(byPayment.get(paymentOf(gift.key)) ?? '') ?? []
    const valid = own.filter(({ isVoid }) => !isVoid).map(({ minor }) => minor)
    const wanted = receiptable(gift) > 0n ? [receiptable(gift)] : []
    lines.push(...differ(`gift ${gift.key}, valid receipts`, wanted.join(' and '), valid.join(' and ')))
    if (own.length === 0) lines.push(`gift ${gift.key} never had a receipt`)
  }
  for (const [year, ofYear] of Map.groupBy(found.receipts, (receipt) => receipt.year)) {
    const holes = ofYear.filter(({ number }, at) => number !== BigInt(at + 1))
    if (holes.length > 0) lines.push(`the receipt numbers of ${year} have a hole before ${holes[0]?.number}`)
  }
  return lines
}

function mailDifferences({ outbox, donations }: FoundBooks, mails: ReadonlyMap<string, number>): string[] {
  const told = new Set(outbox.map(({ subject }) => subject))
  return [
    ...outbox.filter(({ isSent }) => !isSent).map(({ key }) => `the mail ${key} was not sent`),
    ...[...mails]
      .filter(([, times]) => times !== 1)
      .map(([id, times]) => `the mail ${id} was sent ${times} times`),
    ...differ('mails', outbox.length, mails.size),
    ...donations.filter(({ id }) => !told.has(id)).map(({ id }) => `the donor of ${id} was never written to`),
  ]
}

function agreementDifferences(
  { agreements }: Book,
  found: FoundBooks,
  { subscriptionOf }: AtStripe,
): string[] {
  const byId = new Map(found.agreements.map((agreement) => [agreement.id, agreement]))
  return [...agreements].flatMap(([reader, { status, amount, currency }]) => {
    const had = byId.get(subscriptionOf(reader))
    const shown = had && `${had.status} ${had.minor} ${had.currency}`
    return differ(`the agreement of reader ${reader}`, `${status} ${amount} ${currency}`, shown)
  })
}

function dayDifferences({ gifts }: Book, { dayTotals }: FoundBooks): string[] {
  const wanted = new Map<string, { count: bigint; minor: bigint }>()
  for (const { atMs, currency, frequency, gross } of gifts.values()) {
    const key = `${newsroomDay(atMs)} ${currency} ${frequency}`
    const { count, minor } = wanted.get(key) ?? { count: 0n, minor: 0n }
    wanted.set(key, { count: count + 1n, minor: minor + gross })
  }
  const had = new Map(dayTotals.map(({ key, count, minor }) => [key, `${count} gifts, ${minor}`]))
  return [...new Set([...wanted.keys(), ...had.keys()])].toSorted().flatMap((key) => {
    const own = wanted.get(key)
    return differ(`the day’s total ${key}`, own && `${own.count} gifts, ${own.minor}`, had.get(key))
  })
}

/** Only what was given to another program may wait: its payment never becomes known here. */
function inboxDifferences(book: Book, { setApart }: FoundBooks, { paymentOf }: AtStripe): string[] {
  // What is told of a payment that never became a gift here waits for ever.
  const noGifts = new Set([
    ...book.differences.flatMap(({ kind, key }) => (kind === 'missing_here' ? [paymentOf(key)] : [])),
    ...book.refused.map(paymentOf),
  ])
  return setApart
    .filter(({ outcome, correlationId }) => outcome !== 'waiting' || !noGifts.has(correlationId ?? ''))
    .map(({ outcome, what }) => `an event is ${outcome}: ${what}`)
}
