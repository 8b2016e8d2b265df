import type { Act } from './script/acts.ts'
import type { Rehearsed } from './rehearsal.ts'

/** What was played and how it ended, as text for people. */
export function reportOf(played: Rehearsed): string {
  const { plan, expectations, actual, closed, faults, recovered, mails, differences, digest } = played
  const voided = actual.receipts.filter(({ isVoid }) => isVoid).length
  return [
    section(
      'Readers',
      [...plan.readers].toSorted(byCount).map(([name, count]) => [name, count]),
    ),
    section('What was done', counted(plan.lines.flatMap(({ act }) => (act === null ? [] : [inWords(act)])))),
    section('Gifts by status', counted(actual.donations.map(({ status }) => status.replaceAll('_', ' ')))),
    section('Webhooks', [
      ['events', faults.events],
      ['sent twice', faults.sentTwice],
      ['announced as two events', faults.twins],
      ['sent in another order', faults.shuffled],
      ['held back for up to two days', faults.heldBack],
      ['lost', faults.lost],
      ['found in Stripe’s list of events', recovered],
    ]),
    section(
      'Months closed',
      closed.map(({ month, unexplained, signedOff }) => [
        month,
        `unexplained ${unexplained}, signed off ${signedOff}`,
      ]),
    ),
    section('Receipts and mails', [
      ['receipts, numbers without a gap', actual.receipts.length],
      ['of them void', voided],
      ['mails, each once', mails.sent],
      ['refused by the mail server, and sent later', mails.postponed],
    ]),
    section(
      'Account balances, in minor units',
      [...actual.accounts]
        .filter(([, minor]) => minor !== 0n)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, minor]) => [key, minor.toString()]),
    ),
    differences.length === 0
      ? `\n${expectations.gifts.size} gifts, 0 cents off.\n`
      : `\n${differences.length} differences:\n${differences.map((line) => `  ${line}\n`).join('')}`,
    `digest ${digest}\n`,
  ].join('')
}

function inWords(act: Act): string {
  switch (act.kind) {
    case 'pay':
      return `paid: ${act.how}`
    case 'refund':
      return `refund: ${act.by}`
    case 'dispute':
      return `dispute: ${act.as}`
    case 'end_dispute':
      return `dispute ends: ${act.how}`
    case 'bank_answers':
      return `bank answers: ${act.outcome}`
    default:
      return act.kind.replaceAll('_', ' ')
  }
}

function counted(words: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].toSorted(byCount)
}

function byCount([a, n]: readonly [string, number], [b, m]: readonly [string, number]): number {
  return m - n || (a < b ? -1 : 1)
}

function section(title: string, rows: readonly (readonly [string, string | number])[]): string {
  const width = Math.max(...rows.map(([, value]) => String(value).length))
  return `\n${title}\n${rows.map(([name, value]) => `  ${String(value).padStart(width)}  ${name}\n`).join('')}`
}
