import { formatMoney, storedMoney } from '../../money/money.ts'
import { stepInForce } from '../../protection/attack-mode.ts'
import type { ProtectionState } from '../../protection/protection-state.ts'
import { dateFormat } from '../../text/date-format.ts'
import type { Text } from '../../text/text.ts'

/** Something that somebody should look at. */
export type AttentionItem = {
  /** What it is, as a whole sentence. */
  readonly words: string
  /** A page of finance: a path. */
  readonly url: string
  readonly link: string
  /** Whether waiting costs money: a deadline runs, or money is missing. */
  readonly isUrgent: boolean
}

/** Something that waits, with what it amounts to in each currency: minor units without their signs. */
export type WaitingSum = {
  readonly count: number
  readonly sums: readonly { readonly currency: string; readonly minor: bigint }[]
}

/** What may need attention. Null: the role may not look at it. */
export type AttentionFacts = {
  readonly disputes: {
    readonly count: number
    readonly firstDueBy: Date | null
    readonly firstDonationId: string | null
  } | null
  readonly protection: ProtectionState | null
  readonly payouts: { readonly count: number; readonly latestId: string | null } | null
  /** Deposits that Stripe paid and that bank statements of their days do not show. */
  readonly missingDeposits: WaitingSum | null
  /** Write-offs that wait for a second person. */
  readonly writeOffs: (WaitingSum & { readonly firstMonth: string | null }) | null
  /** Items of the clearing account that have been open for more than ten days. */
  readonly unexplained: number
  readonly failedEvents: number
  /** Up to when everything at Stripe has been read; null: never to the end. */
  readonly readUpTo: Date | null
  readonly undelivered: number
  /** Questions of donors that wait for an answer. */
  readonly questions: number
  /** Entries of the list of supporters that wait for a decision. */
  readonly entries: number
  /** Recurring donations whose last payment failed. */
  readonly failing: number
  /** Stripe's webhooks are refused at present, because our clock differs from Stripe's. */
  readonly clockIsWrong: boolean
  readonly tokens: {
    readonly count: number
    readonly first: { readonly name: string; readonly by: Date } | null
  } | null
  readonly now: Date
  /** The running month, `2026-01`. */
  readonly month: string
}

/** Reading Stripe's lists takes minutes; after so long something is wrong. */
const BEHIND_MS = 6 * 60 * 60 * 1000
/** A dispute is urgent when so little time is left. */
const SOON_MS = 7 * 24 * 60 * 60 * 1000

/** Sentences with their links, the most urgent first. @param timeZone IANA name */
export function attentionItems(facts: AttentionFacts, timeZone: string, text: Text): AttentionItem[] {
  const items = [
    ...protectionItems(facts, timeZone, text),
    ...disputeItem(facts, timeZone, text),
    ...payoutItem(facts, text),
    ...sumItem('depositMissing', facts.missingDeposits, '/finance/deposits?bank=missing', text),
    ...clockItem(facts, text),
    ...syncItem(facts, timeZone, text),
    ...plainItem('unexplained', facts.unexplained, `/finance/months/${facts.month}`, text),
    ...sumItem(
      'writeOff',
      facts.writeOffs,
      `/finance/months/${facts.writeOffs?.firstMonth}#write-offs`,
      text,
    ),
    ...plainItem('eventFailed', facts.failedEvents, `/finance/months/${facts.month}`, text),
    ...plainItem('renewal', facts.failing, '/finance/reports/recurring', text),
    ...plainItem('mail', facts.undelivered, '/finance/mail', text),
    ...plainItem('question', facts.questions, '/finance/messages', text),
    ...plainItem('entry', facts.entries, '/finance/messages', text),
    ...tokenItem(facts, timeZone, text),
  ]
  return items.toSorted((a, b) => Number(b.isUrgent) - Number(a.isUrgent))
}

function protectionItems({ protection }: AttentionFacts, timeZone: string, text: Text): AttentionItem[] {
  const t = text.finance
  if (!protection) return []
  const { mode, control, givingOffSince } = protection
  const item = (words: string, isUrgent: boolean): AttentionItem => ({
    words,
    url: '/finance/settings/protection',
    link: t('attention.protectionLink'),
    isUrgent,
  })
  const time = (at: Date) => timeText(at, timeZone, text)
  const step = stepInForce(mode, control)
  const isArmed = step > 0 && mode.armed !== null
  return [
    ...(givingOffSince === null
      ? []
      : [item(t('attention.givingOff', { time: time(givingOffSince) }), true)]),
    ...(isArmed ? [item(t('attention.attackMode', { time: time(mode.armed.since), step }), step > 1)] : []),
    ...(control === 'on' && !isArmed ? [item(t('attention.attackModeKept'), false)] : []),
    ...(control === 'off' ? [item(t('attention.attackModeOff'), false)] : []),
  ]
}

function disputeItem({ disputes, now }: AttentionFacts, timeZone: string, text: Text): AttentionItem[] {
  const t = text.finance
  if (!disputes || disputes.count === 0) return []
  const { count, firstDueBy, firstDonationId } = disputes
  const by = firstDueBy === null ? '–' : timeText(firstDueBy, timeZone, text)
  return [
    {
      words: t('attention.disputeDue', { count, number: number(count, text), by }),
      url: `/finance/donations/${encodeURIComponent(firstDonationId ?? '')}`,
      link: t('attention.disputeLink'),
      isUrgent: firstDueBy !== null && firstDueBy.getTime() - now.getTime() < SOON_MS,
    },
  ]
}

function payoutItem({ payouts }: AttentionFacts, text: Text): AttentionItem[] {
  const t = text.finance
  if (!payouts || payouts.count === 0) return []
  return [
    {
      words: t('attention.payoutFailed', { count: payouts.count, number: number(payouts.count, text) }),
      url: `/finance/deposits/${encodeURIComponent(payouts.latestId ?? '')}`,
      link: t('attention.payoutLink'),
      isUrgent: true,
    },
  ]
}

function clockItem({ clockIsWrong, month }: AttentionFacts, text: Text): AttentionItem[] {
  const t = text.finance
  if (!clockIsWrong) return []
  const item = { words: t('attention.clock'), url: `/finance/months/${month}`, link: t('attention.syncLink') }
  return [{ ...item, isUrgent: true }]
}

function syncItem({ readUpTo, now, month }: AttentionFacts, timeZone: string, text: Text): AttentionItem[] {
  const t = text.finance
  if (readUpTo !== null && now.getTime() - readUpTo.getTime() < BEHIND_MS) return []
  const words =
    readUpTo === null
      ? t('attention.syncNever')
      : t('attention.syncBehind', { time: timeText(readUpTo, timeZone, text) })
  return [
    {
      words,
      url: `/finance/months/${month}`,
      link: t('attention.syncLink'),
      isUrgent: false,
    },
  ]
}

const LINKS = {
  unexplained: 'attention.unexplainedLink',
  eventFailed: 'attention.eventLink',
  mail: 'attention.mailLink',
  renewal: 'attention.renewalLink',
  question: 'attention.questionLink',
  entry: 'attention.entryLink',
} as const

function plainItem(kind: keyof typeof LINKS, count: number, url: string, text: Text): AttentionItem[] {
  const t = text.finance
  if (count === 0) return []
  const words = t(`attention.${kind}`, { count, number: number(count, text) })
  return [{ words, url, link: t(LINKS[kind]), isUrgent: false }]
}

function sumItem(
  kind: 'depositMissing' | 'writeOff',
  waiting: WaitingSum | null,
  url: string,
  text: Text,
): AttentionItem[] {
  const t = text.finance
  if (!waiting || waiting.count === 0) return []
  const { count } = waiting
  const sums = waiting.sums.map(({ currency, minor }) =>
    formatMoney(storedMoney(minor, currency), text.language),
  )
  return [
    {
      words: t(`attention.${kind}`, { count, number: number(count, text), sum: sums.join(' + ') }),
      url,
      link: t(kind === 'writeOff' ? 'attention.writeOffLink' : 'attention.depositMissingLink'),
      isUrgent: kind === 'depositMissing',
    },
  ]
}

function tokenItem({ tokens }: AttentionFacts, timeZone: string, text: Text): AttentionItem[] {
  const t = text.finance
  if (!tokens?.first) return []
  const { count, first } = tokens
  const by = timeText(first.by, timeZone, text)
  return [
    {
      words: t('attention.token', { count, number: number(count, text), name: first.name, by }),
      url: '/finance/settings/tokens',
      link: t('attention.tokenLink'),
      isUrgent: false,
    },
  ]
}

function number(count: number, text: Text): string {
  return count.toLocaleString(text.language)
}

function timeText(at: Date, timeZone: string, text: Text): string {
  return dateFormat(text.language, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at)
}
