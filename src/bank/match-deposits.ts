import type { LocalDate } from '../calendar/local-date.ts'

/** A movement on the bank's side that is matched to nothing yet. Minor units; what came in is positive. */
export type OpenBankLine = {
  readonly id: string
  readonly day: LocalDate
  readonly currency: string
  readonly amountMinor: bigint
  readonly description: string
}

/** A deposit on Stripe's side, or the return of one that failed, that no bank line is matched to yet. */
export type OpenDeposit = {
  readonly payoutId: string
  /** A return takes the amount from the bank again. */
  readonly kind: 'deposit' | 'return'
  readonly arrivalDate: LocalDate
  readonly currency: string
  readonly amountMinor: bigint
  /** The bank's own id of the transfer, as far as Stripe knows it (Payout.trace_id). */
  readonly traceId: string | null
}

export type DepositMatch = {
  readonly line: string
  readonly payoutId: string
  readonly kind: OpenDeposit['kind']
  readonly rule: 'trace' | 'amount_and_day'
}

// Stripe's arrival date is an estimate that weekends and holidays move (docs.stripe.com/payouts): a bank may book up to
// five days later, and one day earlier in another time zone. A return may take a while.
const EARLIEST_DAYS = -1
const LATEST_DAYS = { deposit: 5, return: 30 }
const DAY_MS = 86_400_000

/**
 * Matches bank lines to deposits: first by the bank's trace id, then by amount and day where only one of each fits. What
 * fits several stays open, so that staff decide.
 */
export function matchDeposits(
  lines: readonly OpenBankLine[],
  deposits: readonly OpenDeposit[],
): DepositMatch[] {
  const byTrace = matchesBy('trace', lines, deposits, hasTrace)
  const isLeft = leftBy(byTrace)
  const byDay = matchesBy('amount_and_day', lines.filter(isLeft.line), deposits.filter(isLeft.deposit), fits)
  return [...byTrace, ...byDay]
}

/** The deposits that a bank line may be, by amount and day, nearest first: what the page offers to choose from. */
export function candidatesFor(line: OpenBankLine, deposits: readonly OpenDeposit[]): OpenDeposit[] {
  const distance = ({ arrivalDate }: OpenDeposit) => Math.abs(daysBetween(arrivalDate, line.day))
  return deposits.filter((deposit) => fits(line, deposit)).toSorted((a, b) => distance(a) - distance(b))
}

function matchesBy(
  rule: DepositMatch['rule'],
  lines: readonly OpenBankLine[],
  deposits: readonly OpenDeposit[],
  isMatch: (line: OpenBankLine, deposit: OpenDeposit) => boolean,
): DepositMatch[] {
  // Only equal amounts can match, so each line looks at few deposits.
  const byAmount = Map.groupBy(deposits, (deposit) => amountKey(deposit.currency, bankMinor(deposit)))
  const fitting = new Map(
    lines.map((line) => {
      const candidates = byAmount.get(amountKey(line.currency, line.amountMinor)) ?? []
      return [line, candidates.filter((deposit) => isMatch(line, deposit))]
    }),
  )
  const wanted = new Map<OpenDeposit, number>()
  for (const candidates of fitting.values())
    for (const deposit of candidates) wanted.set(deposit, (wanted.get(deposit) ?? 0) + 1)
  return [...fitting].flatMap(([line, [only, ...others]]) =>
    only && others.length === 0 && wanted.get(only) === 1
      ? [{ line: line.id, payoutId: only.payoutId, kind: only.kind, rule }]
      : [],
  )
}

function leftBy(matches: readonly DepositMatch[]) {
  const lines = new Set(matches.map(({ line }) => line))
  const deposits = new Set(matches.map(({ payoutId, kind }) => `${payoutId} ${kind}`))
  return {
    line: ({ id }: OpenBankLine) => !lines.has(id),
    deposit: ({ payoutId, kind }: OpenDeposit) => !deposits.has(`${payoutId} ${kind}`),
  }
}

function hasTrace(line: OpenBankLine, { traceId }: OpenDeposit): boolean {
  return (
    traceId !== null && traceId.length >= 6 && line.description.toUpperCase().includes(traceId.toUpperCase())
  )
}

function fits(line: OpenBankLine, deposit: OpenDeposit): boolean {
  const days = daysBetween(deposit.arrivalDate, line.day)
  return (
    line.currency === deposit.currency &&
    line.amountMinor === bankMinor(deposit) &&
    days >= EARLIEST_DAYS &&
    days <= LATEST_DAYS[deposit.kind]
  )
}

/** What a deposit does to the bank account. */
function bankMinor({ kind, amountMinor }: OpenDeposit): bigint {
  return kind === 'deposit' ? amountMinor : -amountMinor
}

function amountKey(currency: string, minor: bigint): string {
  return `${currency} ${minor}`
}

function daysBetween(from: LocalDate, to: LocalDate): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS
}
