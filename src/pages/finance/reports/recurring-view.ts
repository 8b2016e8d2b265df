import { html } from 'hono/html'
import { mayActAs } from '../../../access/role.ts'
import { type Html, withMarkup } from '../../../html/layout.ts'
import { formatMoney, money, storedMoney } from '../../../money/money.ts'
import {
  recurringKinds,
  type Recurring,
  type RecurringKind,
  type RecurringMonth,
} from '../../../reports/recurring.ts'
import type { FailingAgreement } from '../../../subscriptions/agreement.ts'
import type { Text } from '../../../text/text.ts'
import {
  codeInWords,
  dateAndTime,
  financePage,
  monthName,
  table,
  type FinanceFrame,
  ownDirection,
} from '../frame/finance-layout-view.ts'

export type RecurringView = FinanceFrame & { readonly recurring: Recurring; readonly asOf: Date }

/** What recurring gifts run, what they bring next month, and how they changed in the last twelve. */
export function recurringPage(view: RecurringView): string {
  const { text, recurring, asOf } = view
  const t = text.finance
  const time = dateAndTime(asOf, view)
  const isEmpty =
    recurring.running.length === 0 && recurringKinds.every((kind) => recurring.months[kind].every(isNothing))
  return financePage(view, {
    title: t('recurring.title'),
    current: 'reports',
    body: html`<div class="overview">
      <p class="back"><a href="/finance/reports">${t('exports.back')}</a></p>
      <h1>${t('recurring.title')}</h1>
      ${
        isEmpty
          ? html`<p class="notice">${t('recurring.nothing')}</p>`
          : html`${expected(view)} ${failing(view)}
            ${recurringKinds.map((kind) => months(kind, recurring.months[kind], recurring, text))}`
      }
      <footer class="small quiet">
        <p>${t('recurring.how')}</p>
        <p>${withMarkup(t, 'overview.asOf', { time })}</p>
      </footer>
    </div>`,
  })
}

function isNothing({ started, ended, running, grossMinor }: RecurringMonth): boolean {
  return started === 0n && ended.length === 0 && running === 0n && grossMinor === 0n
}

function expected({ text, recurring }: RecurringView): Html {
  const t = text.finance
  const { running, expectedMinor, nextMonth, currency } = recurring
  const reporting = currency.toUpperCase()
  const inReporting = (minor: bigint | null) =>
    minor === null ? t('overview.rateUnknown') : formatMoney(money(minor, currency), text.language)
  const sum = (of: (one: Recurring['running'][number]) => bigint) =>
    running.reduce((total, one) => total + of(one), 0n).toLocaleString(text.language)
  return table(
    t('recurring.expected', { month: monthName(nextMonth, text) }),
    [
      { label: t('recurring.frequency') },
      { label: t('overview.currency') },
      { label: t('recurring.running'), isNumber: true },
      { label: t('recurring.ending'), isNumber: true },
      { label: t('recurring.paused'), isNumber: true },
      { label: t('recurring.payments'), isNumber: true },
      { label: t('recurring.amount'), isNumber: true },
      { label: t('recurring.amountIn', { currency: reporting }), isNumber: true },
    ],
    running.map((one) => [
      t(`recurring.kind.${one.frequency}`),
      one.currency.toUpperCase(),
      one.agreements.toLocaleString(text.language),
      one.ending.toLocaleString(text.language),
      one.paused.toLocaleString(text.language),
      one.expected.toLocaleString(text.language),
      formatMoney(money(one.expectedMinor, one.currency), text.language),
      inReporting(one.expectedConverted),
    ]),
    [
      t('overview.total'),
      '',
      sum(({ agreements }) => agreements),
      sum(({ ending }) => ending),
      sum(({ paused }) => paused),
      sum(({ expected: payments }) => payments),
      '',
      inReporting(expectedMinor),
    ],
  )
}

function failing(view: RecurringView): Html {
  const { text, recurring } = view
  const t = text.finance
  const { failing: agreements, failingCount: count } = recurring
  if (count === 0) return html`<p class="calm">${t('recurring.noneFails')}</p>`
  const seesDonors = mayActAs(view.role, 'auditor')
  return html`${table(
    t('recurring.failing'),
    [
      { label: t('recurring.since') },
      { label: t('recurring.lastPaid') },
      { label: t('recurring.frequency') },
      { label: t('column.amount'), isNumber: true },
      { label: t('overview.story') },
      ...(seesDonors ? [{ label: t('column.donor') }] : []),
    ],
    agreements.map((one) => [
      dateAndTime(one.since, view),
      one.lastPaidAt ? dateAndTime(one.lastPaidAt, view) : t('recurring.never'),
      one.frequency ? t(`recurring.kind.${one.frequency}`) : '–',
      amountOf(one, text),
      one.articleTitle ?? '–',
      ...(seesDonors ? [donorOf(one, text)] : []),
    ]),
  )}
  ${
    count > agreements.length
      ? html`<p class="small quiet">
          ${t('recurring.moreFail', { number: count.toLocaleString(text.language) })}
        </p>`
      : ''
  }`
}

function amountOf({ amountMinor, currency }: FailingAgreement, text: Text): string {
  return amountMinor === null || currency === null
    ? '–'
    : formatMoney(storedMoney(amountMinor, currency), text.language)
}

/** The donor, with a link to the latest gift, which says more. */
function donorOf({ donorName, donorEmail, donationId }: FailingAgreement, text: Text): Html {
  const name = donorName ?? donorEmail ?? text.finance('unknownDonor')
  if (donationId === null) return ownDirection(name)
  return html`<a href="/finance/donations/${encodeURIComponent(donationId)}">${ownDirection(name)}</a>`
}

function months(
  kind: RecurringKind,
  rows: readonly RecurringMonth[],
  { currency }: Recurring,
  text: Text,
): Html {
  const t = text.finance
  if (rows.every(isNothing)) return html``
  const amount = (minor: bigint) => formatMoney(money(minor, currency), text.language)
  const number = (n: bigint) => n.toLocaleString(text.language)
  return table(
    t(`recurring.months.${kind}`),
    [
      { label: t('recurring.month') },
      { label: t('recurring.started'), isNumber: true },
      { label: t('recurring.ended'), isNumber: true },
      { label: t('recurring.reason') },
      { label: t('recurring.runningThen'), isNumber: true },
      { label: t('recurring.grossIn', { currency: currency.toUpperCase() }), isNumber: true },
      { label: t('recurring.netIn', { currency: currency.toUpperCase() }), isNumber: true },
    ],
    withoutThoseBefore(rows)
      .toReversed()
      .map((row) => [
        monthName(row.month, text),
        number(row.started),
        number(row.ended.reduce((sum, { agreements }) => sum + agreements, 0n)),
        row.ended.map((one) => reasonText(one.reason, number(one.agreements), text)).join(', ') || '–',
        number(row.running),
        amount(row.grossMinor),
        amount(row.netMinor),
      ]),
  )
}

/** The months from the first in which anything ran or was given: a young newsroom has no rows of zeros. */
function withoutThoseBefore(rows: readonly RecurringMonth[]): readonly RecurringMonth[] {
  return rows.slice(rows.findIndex((row) => !isNothing(row)))
}

const REASONS = ['cancellation_requested', 'payment_failed', 'payment_disputed'] as const

/** Stripe's reason in words; of a reason that is not known, its code. */
function reasonText(reason: string | null, number: string, text: Text): string {
  const t = text.finance
  const known = REASONS.find((one) => one === reason)
  const words = known
    ? t(`recurring.reasons.${known}`)
    : reason === null
      ? t('recurring.reasons.unknown')
      : codeInWords(reason)
  return t('recurring.countedReason', { number, reason: words })
}
