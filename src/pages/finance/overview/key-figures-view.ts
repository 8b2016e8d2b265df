import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import { formatMoney, money, storedMoney } from '../../../money/money.ts'
import type { FeeSum } from '../../../reports/books/income-statement.ts'
import { changeOf, type Overview, type Summary } from '../../../reports/overview.ts'
import type { Text } from '../../../text/text.ts'
import { mayActAs } from '../../../access/role.ts'
import { table, type Cells, type FinanceFrame } from '../frame/finance-layout-view.ts'

/**
 * Every key figure of the period beside the compared one, with the difference in words and numbers.
 * @param expectedMinor of recurring gifts next month; null: it cannot be converted
 */
export function keyFigures(
  { now, before, period, failedDebitFees }: Overview,
  expectedMinor: bigint | null,
  { text, role }: Pick<FinanceFrame, 'text' | 'role'>,
): Html {
  const t = text.finance
  const amount = (minor: bigint) => formatMoney(money(minor, now.currency), text.language)
  const number = (n: bigint) => n.toLocaleString(text.language)
  const row = (
    label: string,
    of: (summary: Summary) => bigint | null,
    shown: (value: bigint) => string,
    // What is deducted is shown with a minus, and goes up when more is deducted.
    sign: 1n | -1n = 1n,
  ): Cells => {
    const [is, was] = [of(now), of(before)]
    return [
      label,
      is === null ? '–' : shown(sign * is),
      was === null ? '–' : shown(sign * was),
      is === null || was === null ? '–' : changeText(is, was, shown, text),
    ]
  }
  const failedIn = (fees: readonly FeeSum[]) =>
    fees.find(({ currency }) => currency === now.currency)?.feeMinor ?? 0n
  const [failedNow, failedBefore] = [failedIn(failedDebitFees.now), failedIn(failedDebitFees.before)]
  const failedElsewhere = failedDebitFees.now.filter(({ currency }) => currency !== now.currency)
  const share = (label: string, of: (summary: Summary) => number | null): Cells => {
    const [is, was] = [of(now), of(before)]
    return [
      label,
      is === null ? '–' : shareText(is, text),
      was === null ? '–' : shareText(was, text),
      is === null || was === null ? '–' : pointsText(is - was, text),
    ]
  }
  return html`${table(
      t('overview.inDetail', { currency: now.currency.toUpperCase() }),
      [
        { label: t('overview.figure') },
        { label: t('overview.now'), isNumber: true },
        { label: t('overview.before'), isNumber: true },
        { label: t('overview.change'), isNumber: true },
      ],
      [
        row(t('overview.gross'), ({ grossMinor }) => grossMinor, amount),
        row(t('overview.refunded'), ({ refundedMinor }) => refundedMinor, amount, -1n),
        row(t('overview.disputed'), ({ disputedMinor }) => disputedMinor, amount, -1n),
        row(t('overview.processingFee'), ({ processingFeeMinor }) => processingFeeMinor, amount, -1n),
        row(t('overview.disputeFee'), ({ disputeFeeMinor }) => disputeFeeMinor, amount, -1n),
        ...(failedNow === 0n && failedBefore === 0n
          ? []
          : [
              [
                t('overview.failedDebitFee'),
                amount(-failedNow),
                amount(-failedBefore),
                changeText(failedNow, failedBefore, amount, text),
              ],
            ]),
        row(t('overview.net'), ({ netMinor }) => netMinor, amount),
        share(t('overview.feeShare'), ({ feeShare }) => feeShare),
        row(t('overview.gifts'), ({ donations }) => donations, number),
        row(t('overview.donors'), ({ donors }) => donors, number),
        row(t('overview.average'), ({ averageMinor }) => averageMinor, amount),
        share(t('overview.recurringShare'), ({ recurringShare }) => recurringShare),
      ],
    )}
    <p class="small quiet">
      ${t('overview.feesNote')}
      ${failedNow === 0n && failedBefore === 0n ? '' : t('overview.failedDebitsNote')}
      ${
        failedElsewhere.length === 0
          ? ''
          : t('overview.failedDebitsElsewhere', {
              amounts: failedElsewhere
                .map(({ currency, feeMinor }) => formatMoney(storedMoney(feeMinor, currency), text.language))
                .join(', '),
            })
      }
      ${
        mayActAs(role, 'auditor')
          ? html`<a href="/finance/reports/income?from=${period.days.from}&amp;to=${period.days.to}"
              >${t('overview.feesLink')}</a
            >`
          : ''
      }
    </p>
    ${before.donations === 0n && before.grossMinor === 0n ? html`<p class="small quiet">${t('overview.noneCompared')}</p>` : ''}
    <p>
      ${t('overview.expected')}:
      <strong>${expectedMinor === null ? t('overview.notKnown') : amount(expectedMinor)}</strong>
      <a href="/finance/reports/recurring">${t('overview.expectedLink')}</a>
    </p>`
}

/** "up $12.00 (8.3%)". @param shown an amount in words, without its sign */
export function changeText(
  now: bigint,
  before: bigint,
  shown: (value: bigint) => string,
  text: Text,
): string {
  const t = text.finance
  const { kind, by, share } = changeOf(now, before)
  if (kind === 'same') return t('overview.same')
  const amount = shown(by)
  if (share === null)
    return t(kind === 'up' ? 'overview.upFromNothing' : 'overview.downFromNothing', { amount })
  return t(kind === 'up' ? 'overview.up' : 'overview.down', { amount, share: shareText(share, text) })
}

/** A difference of two shares. */
function pointsText(difference: number, text: Text): string {
  const t = text.finance
  const rounded = Math.round(Math.abs(difference) * 1000) / 10
  if (rounded === 0) return t('overview.same')
  const kind = t(difference > 0 ? 'overview.upWord' : 'overview.downWord')
  return t('overview.points', { kind, count: rounded, points: rounded.toLocaleString(text.language) })
}

/** "8.3%" for 0.083. */
export function shareText(share: number, text: Text): string {
  return share.toLocaleString(text.language, { style: 'percent', maximumFractionDigits: 1 })
}
