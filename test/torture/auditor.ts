import { query } from '../kit/test-server.ts'
import type { Expected } from './script/lives.ts'
import type { ReceivedMail } from './stage/mail.ts'

/** What the auditor knows: the script, what Stripe was answered, and what the mail servers accepted. Nothing of the service. */
export type Evidence = {
  readonly expected: readonly Expected[]
  /** Debits that no bank paid: the event of each failed charge waits for a gift that never comes. */
  readonly unpaid: number
  readonly acknowledged: ReadonlySet<string>
  /** Of these, what was not stored right after a kill or a stop. */
  readonly lost: ReadonlySet<string>
  readonly mails: readonly ReceivedMail[]
  /** Kills, stops and unanswered mails: each may cause one mail more for every mail that was being sent. */
  readonly interruptions: number
}

export type Finding = { readonly what: string; readonly wrong: number; readonly of: number }

/** The auditor's own SQL. It shares no query and no rule with the service. */
export async function audit(databaseUrl: string, evidence: Evidence): Promise<Finding[]> {
  const ask = (sql: string) => query(databaseUrl, sql)
  const { expected, acknowledged, mails } = evidence

  const stored = new Set(
    (await ask('select event_id from inbox_events')).map(({ event_id: id }) => String(id)),
  )
  const notStored = [...acknowledged].filter((id) => !stored.has(id) || evidence.lost.has(id))
  const unfinished = await ask(
    `select s.outcome from inbox_events e left join inbox_states s on s.inbox_event_id = e.id
     where s.outcome is null or s.outcome not in ('applied', 'ignored', 'waiting')`,
  )
  const waiting = await ask(`select from inbox_states where outcome = 'waiting'`)

  const gifts = await ask(
    `select donor_email as email, count(*)::int as n, min(gross_minor)::int as gross, min(refunded_minor)::int as refunded,
       min(disputed_minor)::int as disputed from donations group by 1`,
  )
  const byEmail = new Map(gifts.map((gift) => [String(gift['email']), gift]))
  const isAsExpected = ({ email, gross, refunded, disputed }: Expected): boolean => {
    const gift = byEmail.get(email)
    return (
      gift?.['n'] === 1 &&
      gift['gross'] === gross &&
      gift['refunded'] === refunded &&
      gift['disputed'] === disputed
    )
  }
  const missing = expected.filter(({ email }) => !byEmail.has(email))
  const wrong = expected.filter((one) => byEmail.has(one.email) && !isAsExpected(one))
  const wanted = new Set(expected.map(({ email }) => email))
  const invented = gifts.filter(({ email }) => !wanted.has(String(email)))

  const [ledger] = await ask(
    `select count(*)::int as uneven from (
       select ledger_transaction_id from ledger_entries group by 1, currency having sum(amount_minor) <> 0) as one`,
  )
  const accounts = await ask(
    'select account, sum(amount_minor)::bigint as sum from ledger_entries group by 1',
  )
  const sumOf = (account: string) => Number(accounts.find((one) => one['account'] === account)?.['sum'] ?? 0)
  const total = (of: (one: Expected) => number) => expected.reduce((sum, one) => sum + of(one), 0)
  const books = [
    [sumOf('donations'), -total(({ gross }) => gross)],
    [sumOf('refunds'), total(({ refunded }) => refunded)],
    [sumOf('disputes'), total(({ disputed }) => disputed)],
  ].filter(([found, script]) => found !== script)
  const doubled = await ask('select 1 from ledger_transactions group by source, effect having count(*) > 1')

  const [receipts] = await ask(
    `select count(*)::int as n, coalesce(max(last) - count(*), 0)::int as holes from (
       select r.year, r.number, max(r.number) over (partition by r.year) as last from receipts r) as one`,
  )
  const withoutReceipt = await ask(
    'select 1 from donations d where not exists (select from receipts r where r.donation_id = d.id)',
  )
  const firstReceipts = await ask(
    'select 1 from receipts where revision = 1 group by donation_id having count(*) > 1',
  )

  const unsent = await ask('select 1 from outbox_messages where sent_at is null')
  const reached = new Set(mails.map(({ to }) => to))
  const unreached = expected.filter(({ email }) => !reached.has(email))
  const extra = copiesOf(mails)
  const [outbox] = await ask('select count(*)::int as n from outbox_messages where sent_at is not null')
  const otherIds = Math.abs(Number(outbox?.['n']) - new Set(mails.map(({ messageId }) => messageId)).size)

  return [
    { what: 'acknowledged events that are not stored', wrong: notStored.length, of: acknowledged.size },
    { what: 'stored events that did not come to an end', wrong: unfinished.length, of: stored.size },
    {
      what: `events that wait beyond the ${evidence.unpaid} of debits that no bank paid`,
      wrong: Math.max(0, waiting.length - evidence.unpaid),
      of: stored.size,
    },
    { what: 'gifts that are missing', wrong: missing.length, of: expected.length },
    {
      what: 'gifts with another amount, twice, or with another reversal',
      wrong: wrong.length,
      of: expected.length,
    },
    { what: 'gifts that nobody gave', wrong: invented.length, of: gifts.length },
    { what: 'postings that do not sum to zero', wrong: Number(ledger?.['uneven']), of: expected.length },
    { what: 'effects that were posted twice', wrong: doubled.length, of: expected.length },
    { what: 'accounts that differ from the script', wrong: books.length, of: 3 },
    {
      what: 'holes in the numbers of receipts',
      wrong: Number(receipts?.['holes']),
      of: Number(receipts?.['n']),
    },
    { what: 'gifts without a receipt', wrong: withoutReceipt.length, of: expected.length },
    { what: 'gifts with two first receipts', wrong: firstReceipts.length, of: expected.length },
    { what: 'mails that are owed and not sent', wrong: unsent.length, of: Number(outbox?.['n']) },
    { what: 'donors who got no mail', wrong: unreached.length, of: expected.length },
    { what: 'mails under another Message-ID', wrong: otherIds, of: mails.length },
    {
      what: `mails sent again beyond the ${evidence.interruptions} interruptions`,
      wrong: Math.max(0, extra - evidence.interruptions),
      of: extra,
    },
  ]
}

/** How many mails came once more. */
export function copiesOf(mails: readonly ReceivedMail[]): number {
  return mails.length - new Set(mails.map(({ to, messageId }) => `${messageId} ${to}`)).size
}

/** What a full round is judged by beside its tables. */
export type Measured = {
  /** How long it took until what a killed worker had taken was processed by the other one; null when it had nothing. */
  readonly takenUpMs: number | null
  /** How long it took until another worker had sent the mail that a killed one was sending; null when it sent none. */
  readonly mailedAgainMs: number | null
  /** How long the events took that had come while no worker ran. */
  readonly backlogMs: number
  /** How many events came while no worker ran. */
  readonly backlog: number
  readonly extraMails: number
  /** Kills, stops, silences, and mails that were accepted without an answer. */
  readonly interruptions: number
}

const TAKEN_UP_WITHIN_MS = 5_000
const BACKLOG_WITHIN_MS = 60_000
const BACKLOG = 10_000

/**
 * What went beyond the bounds of a full round. A small one shares its machine with other tests, and has so few
 * interruptions that one of them may explain several mails.
 */
export function beyondBounds(measured: Measured): Finding[] {
  const { takenUpMs, mailedAgainMs, backlogMs, backlog, extraMails, interruptions } = measured
  const isLate = (ms: number | null) => (ms === null || ms > TAKEN_UP_WITHIN_MS ? 1 : 0)
  const backlogWithinMs = BACKLOG_WITHIN_MS * Math.max(1, backlog / BACKLOG)
  return [
    {
      what: 'claims of a dead worker that were taken up after 5 s',
      wrong: backlog > 0 ? isLate(takenUpMs) : 0,
      of: 1,
    },
    { what: 'mails of a dead worker that were sent after 5 s', wrong: isLate(mailedAgainMs), of: 1 },
    {
      what: `backlogs that took longer than ${backlogWithinMs / 1000} s`,
      wrong: backlogMs > backlogWithinMs ? 1 : 0,
      of: 1,
    },
    {
      what: `mails sent again, more than one for each of the ${interruptions} interruptions`,
      wrong: Math.max(0, extraMails - interruptions),
      of: extraMails,
    },
  ]
}
