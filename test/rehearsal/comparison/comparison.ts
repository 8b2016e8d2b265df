import { type Expectations, type ExpectedGift, receiptable, statusOf } from '../script/expected.ts'
import type { Actual } from './actual.ts'
import { settlesIn } from '../script/money.ts'
import { newsroomDay } from '../script/time.ts'

/** Stripe's ids of what the script names, and what Stripe holds at the end. Amounts in minor units. */
export type AtStripe = {
  paymentOf(gift: string): string
  subscriptionOf(reader: number): string
  /** Stripe's balance by currency. */
  readonly balance: ReadonlyMap<string, bigint>
  /** What payouts brought to the bank, less what came back, by currency. */
  readonly paidOut: ReadonlyMap<string, bigint>
  /** What has left Stripe's balance and has not arrived yet, by currency. */
  readonly inTransit: ReadonlyMap<string, bigint>
}

/** Everything in which the tables differ from the script, as lines to read. */
export function differencesOf(
  expectations: Expectations,
  actual: Actual,
  stripe: AtStripe,
  mails: ReadonlyMap<string, number>,
): string[] {
  return [
    ...giftDifferences(expectations, actual, stripe),
    ...accountDifferences(expectations, actual, stripe),
    ...receiptDifferences(expectations, actual, stripe),
    ...mailDifferences(actual, mails),
    ...subscriptionDifferences(expectations, actual, stripe),
    ...dayDifferences(expectations, actual),
    ...inboxDifferences(expectations, actual, stripe),
  ]
}

function differ(what: string, expected: unknown, actual: unknown): string[] {
  return expected === actual
    ? []
    : [`${what}: ${String(expected)} in the script, ${String(actual)} in the tables`]
}

function giftDifferences(
  { gifts }: Expectations,
  { donations, warnings }: Actual,
  { paymentOf }: AtStripe,
): string[] {
  const byPayment = new Map(donations.map((donation) => [donation.paymentIntentId, donation]))
  const warningCounts = new Map(warnings.map(({ payment, count }) => [payment, count]))
  const lines: string[] = []
  for (const gift of gifts.values()) {
    const payment = paymentOf(gift.key)
    const name = `gift ${gift.key} (${payment})`
    const donation = byPayment.get(payment)
    byPayment.delete(payment)
    if (donation === undefined) {
      lines.push(`${name}: ${gift.gross} ${gift.currency} were given and are not in the tables`)
      continue
    }
    const expected = { ...asReported(gift), warnings: gift.warnings || undefined }
    const actual = new Map<string, unknown>(
      Object.entries({
        ...donation,
        article: donation.article?.url ?? null,
        campaign: donation.campaign?.name ?? null,
        warnings: warningCounts.get(payment),
      }),
    )
    for (const [field, value] of Object.entries(expected))
      lines.push(...differ(`${name}, ${field}`, value, actual.get(field)))
  }
  for (const [payment, { gross, currency }] of byPayment)
    lines.push(`${payment}: ${gross} ${currency} are in the tables and were not given`)
  return lines
}

/** A gift as the API must report it. */
function asReported(gift: ExpectedGift) {
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

function accountDifferences(
  { accounts }: Expectations,
  actual: Actual,
  { balance, paidOut, inTransit }: AtStripe,
): string[] {
  const expected = new Map([...accounts].filter(([key]) => !key.startsWith('held ')))
  const currencies = new Set([...balance.keys(), ...paidOut.keys()])
  for (const currency of currencies) {
    expected.set(`stripe_balance ${currency}`, balance.get(currency) ?? 0n)
    expected.set(`bank ${currency}`, paidOut.get(currency) ?? 0n)
    expected.set(`payouts_in_transit ${currency}`, inTransit.get(currency) ?? 0n)
  }
  const keys = [...new Set([...expected.keys(), ...actual.accounts.keys()])].toSorted()
  return [
    ...keys.flatMap((key) =>
      differ(`account ${key}`, expected.get(key) ?? 0n, actual.accounts.get(key) ?? 0n),
    ),
    // How much is paid out is Stripe's decision; the script knows only the sum of both.
    ...[...currencies].flatMap((currency) => {
      const held =
        (actual.accounts.get(`stripe_balance ${currency}`) ?? 0n) +
        (actual.accounts.get(`payouts_in_transit ${currency}`) ?? 0n) +
        (actual.accounts.get(`bank ${currency}`) ?? 0n)
      return differ(`bank and Stripe balance in ${currency}`, accounts.get(`held ${currency}`) ?? 0n, held)
    }),
    ...(actual.unbalanced === 0 ? [] : [`${actual.unbalanced} ledger transactions do not sum to zero`]),
  ]
}

function receiptDifferences({ gifts }: Expectations, actual: Actual, { paymentOf }: AtStripe): string[] {
  const lines: string[] = []
  const idByPayment = new Map(actual.donations.map(({ id, paymentIntentId }) => [paymentIntentId, id]))
  const byDonation = Map.groupBy(actual.receipts, ({ donation }) => donation)
  for (const gift of gifts.values()) {
    const receipts = byDonation.get(idByPayment.get(paymentOf(gift.key)) ?? '') ?? []
    const valid = receipts.filter(({ isVoid }) => !isVoid).map(({ minor }) => minor)
    const expected = receiptable(gift) > 0n ? [receiptable(gift)] : []
    lines.push(...differ(`gift ${gift.key}, valid receipts`, expected.join(' and '), valid.join(' and ')))
    if (receipts.length === 0) lines.push(`gift ${gift.key} has no receipt`)
  }
  for (const [year, ofYear] of Map.groupBy(actual.receipts, (receipt) => receipt.year)) {
    const afterGap = ofYear.find(({ number }, index) => number !== BigInt(index + 1))
    if (afterGap) lines.push(`the receipt numbers of ${year} have a gap before ${afterGap.number}`)
  }
  return lines
}

function mailDifferences({ outbox, donations }: Actual, mails: ReadonlyMap<string, number>): string[] {
  const subjects = new Set(outbox.map(({ subject }) => subject))
  return [
    ...outbox.filter(({ isSent }) => !isSent).map(({ key }) => `the mail ${key} was not sent`),
    ...[...mails]
      .filter(([, times]) => times !== 1)
      .map(([id, times]) => `the mail ${id} was sent ${times} times`),
    ...differ('mails', outbox.length, mails.size),
    ...donations.filter(({ id }) => !subjects.has(id)).map(({ id }) => `the donor of ${id} got no mail`),
  ]
}

function subscriptionDifferences(
  { subscriptions }: Expectations,
  actual: Actual,
  { subscriptionOf }: AtStripe,
): string[] {
  const byId = new Map(actual.subscriptions.map((subscription) => [subscription.id, subscription]))
  return [...subscriptions].flatMap(([reader, { status, amount, currency }]) => {
    const stored = byId.get(subscriptionOf(reader))
    return differ(
      `the subscription of reader ${reader}`,
      `${status} ${amount} ${currency}`,
      stored && `${stored.status} ${stored.minor} ${stored.currency}`,
    )
  })
}

function dayDifferences({ gifts }: Expectations, { dayTotals }: Actual): string[] {
  const sums = new Map<string, { count: bigint; minor: bigint }>()
  for (const { atMs, currency, gross } of gifts.values()) {
    const key = `${newsroomDay(atMs)} ${currency}`
    const { count, minor } = sums.get(key) ?? { count: 0n, minor: 0n }
    sums.set(key, { count: count + 1n, minor: minor + gross })
  }
  const inWords = ({ count, minor }: { count: bigint; minor: bigint }) => `${count} gifts, ${minor}`
  const expected = new Map([...sums].map(([key, sum]) => [key, inWords(sum)]))
  const actual = new Map(dayTotals.map((total) => [total.key, inWords(total)]))
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .toSorted()
    .flatMap((key) => differ(`the reports’ total of ${key}`, expected.get(key), actual.get(key)))
}

/** Events of payments that never become gifts here wait for ever; all other events must be applied or ignored. */
function inboxDifferences(
  { refused }: Expectations,
  { unprocessed }: Actual,
  { paymentOf }: AtStripe,
): string[] {
  const paymentsWithoutGift = new Set(refused.map(paymentOf))
  return unprocessed
    .filter(
      ({ outcome, correlationId }) => outcome !== 'waiting' || !paymentsWithoutGift.has(correlationId ?? ''),
    )
    .map(({ outcome, what }) => `an event is ${outcome}: ${what}`)
}
