import { html } from 'hono/html'
import { type Html, withMarkup } from '../../../html/layout.ts'
import { formatMoney, storedMoney, type Money } from '../../../money/money.ts'
import type { DonationRecord } from '../../../reports/donation-record.ts'
import type { TimelineStep } from '../../../reports/donation-timeline/donation-timeline.ts'
import type { Text } from '../../../text/text.ts'
import {
  dateAndTime,
  dayName,
  monthName,
  movementInWords,
  payoutUrl,
  type FinanceFrame,
  ownDirection,
} from '../frame/finance-layout-view.ts'
import { deadlineInWords, disputeReasonInWords } from './dispute-view.ts'
import { entryInWords } from './history-view.ts'

export type TimelineView = FinanceFrame &
  Pick<DonationRecord, 'donor' | 'article' | 'imported'> & {
    readonly gross: Money
    readonly timeline: readonly TimelineStep[]
    readonly now: Date
  }

/** From the article to the bank line, in plain words. */
export function timelinePart(view: TimelineView): Html {
  const t = view.text.finance
  return html`<h2>${t('timeline.title')}</h2>
    <ol class="timeline">
      ${view.timeline.map((step) => html`<li class="${toneOf(step)}">${stepPart(step, view)}</li>`)}
    </ol>`
}

const WATCHED = ['disputed', 'withdrawn', 'not_arrived', 'refund_failed', 'bank_returned']

function toneOf({ kind, lateMs }: TimelineStep): string {
  if (kind === 'expected' && lateMs === null) return 'ahead'
  return lateMs !== null || WATCHED.includes(kind) ? 'watch' : 'done'
}

function stepPart(step: TimelineStep, view: TimelineView): Html {
  const { text } = view
  const t = text.finance
  const { at, precision, lateMs, sources } = step
  const when = precision === 'day' ? dayName(at.toISOString().slice(0, 10), text) : dateAndTime(at, view)
  return html`<p>${inWords(step, view)}</p>
    <p class="quiet small">
      ${when}
      ${lateMs === null ? '' : html`<span class="due">${t(LATE_WORDS[step.kind] ?? 'timeline.late', { howMuch: duration(lateMs, text) })}</span>`}
    </p>
    ${
      sources.length === 0
        ? ''
        : html`<details>
            <summary class="quiet">${t('timeline.source')}</summary>
            ${sources.map((source) => html`<code>${source}</code> `)}
          </details>`
    }`
}

const LATE_WORDS: Partial<Record<TimelineStep['kind'], 'timeline.overdue' | 'timeline.lateAtBank'>> = {
  expected: 'timeline.overdue',
  on_statement: 'timeline.lateAtBank',
}

function duration(ms: number, text: Text): string {
  const hours = Math.floor(ms / 3_600_000)
  const days = Math.floor(hours / 24)
  return days > 0
    ? text.finance('timeline.days', { count: days })
    : text.finance('timeline.hours', { count: hours })
}

function inWords(step: TimelineStep, view: TimelineView): Html | string {
  const { text, gross, donor, article, imported, now } = view
  const t = text.finance
  const shown = (minor: bigint, currency: string) =>
    formatMoney(storedMoney(minor < 0n ? -minor : minor, currency), text.language)
  switch (step.kind) {
    case 'read':
      return article ? t('timeline.readArticle', { title: article.title ?? article.url }) : t('timeline.read')
    case 'imported':
      return t('imports.gift.timeline', {
        source: imported?.source ?? '',
        amount: formatMoney(gross, text.language),
      })
    case 'renewed':
      return t('timeline.renewed')
    case 'stop_asked':
    case 'agreement_stopped':
    case 'agreement_failed':
      return t(`timeline.${step.kind}`)
    case 'paid': {
      const amount = formatMoney(gross, text.language)
      const who = donor.name ?? donor.email
      return who === null
        ? t('timeline.paid', { amount })
        : withMarkup(t, 'timeline.paidBy', { amount, who: ownDirection(who) })
    }
    case 'booked':
      return step.period === null
        ? t('timeline.booked')
        : t('timeline.bookedLate', { month: monthName(step.period, text) })
    case 'settled': {
      const { type, kind, currency, netMinor, feeMinor, amountMinor } = step.movement
      if (type !== 'charge' && type !== 'payment') {
        const what = kind === 'dispute' ? t('timeline.disputeMoved') : movementInWords(type, text)
        const moved = { what, amount: shown(amountMinor, currency) }
        return feeMinor === 0n
          ? t('timeline.moved', moved)
          : t('timeline.movedWithFee', { ...moved, fee: shown(feeMinor, currency) })
      }
      return t('timeline.settled', { fee: shown(feeMinor, currency), net: shown(netMinor, currency) })
    }
    case 'deposited': {
      const { id, amountMinor, currency } = step.payout
      const deposit = html`<a href="${payoutUrl(id)}"
        >${t('timeline.depositOf', { amount: shown(amountMinor, currency) })}</a
      >`
      return withMarkup(t, 'timeline.deposited', { deposit })
    }
    case 'arrived':
    case 'expected':
    case 'not_arrived':
    case 'on_statement':
      return t(`timeline.${step.kind}`)
    case 'refunded':
    case 'refund_failed':
    case 'bank_returned':
      return t(`timeline.${step.kind}`, { amount: shown(step.refund.amountMinor, step.refund.currency) })
    case 'disputed': {
      const reason = disputeReasonInWords(step.dispute, view)
      const deadline = deadlineInWords(step.dispute, view, now)
      const words = t('timeline.disputed', {
        amount: shown(BigInt(step.dispute.amount), gross.currency),
        reason,
      })
      return html`${words} ${deadline === null ? '' : html`<strong class="due">${deadline}</strong>`}`
    }
    case 'withdrawn':
    case 'reinstated':
      return t(`timeline.${step.kind}`, { amount: shown(step.movement.amountMinor, step.movement.currency) })
    case 'entry':
      return entryInWords(step.entry, view)
  }
}
