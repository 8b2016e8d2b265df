import { html } from 'hono/html'
import { formatMoney } from '../../money/money.ts'
import type { PriorPeriodAdjustment } from '../../reconciliation/prior-period-adjustment.ts'
import type { ReconciliationRecord } from '../../reconciliation/reconciliation-record.ts'
import type { Html } from '../../html/layout.ts'
import { bookingWords } from './posting-words.ts'
import { cell, dayWords, monthWords, table, type FinanceFrame } from './finance-parts-view.ts'

export type LateView = {
  readonly books: ReconciliationRecord
  /** What `books.late` counts, or the first of it. */
  readonly priorPeriodAdjustments: readonly PriorPeriodAdjustment[]
}

/** What was booked in this month and belongs to one that was closed before it was known. */
export function late(view: LateView & FinanceFrame): Html {
  const { books, locale } = view
  return html`${books.late.map(
    ({ month, entries }) =>
      html`<p class="notice">
        ${entries.toLocaleString(locale)}
        ${entries === 1 ? 'booking of this month belongs' : 'bookings of this month belong'} to
        ${monthWords(month, locale)}, which was closed before they were known.
      </p>`,
  )}
  ${listed(view)}`
}

function listed({ priorPeriodAdjustments: rows, books, locale }: LateView & FinanceFrame): Html {
  if (rows.length === 0) return html``
  const all = books.late.reduce((sum, { entries }) => sum + entries, 0)
  return table(
    rows.length < all ? `The first ${rows.length} of them` : 'Booked here, of a closed month',
    [
      { label: 'Booked on' },
      { label: 'Belongs to' },
      { label: 'What' },
      { label: 'Amount', number: true },
      { label: 'About' },
    ],
    html`${rows.map(({ bookedOn, belongsTo, source, donationId, entries }) => {
      const { words, amount } = bookingWords(entries)
      const id = html`<code>${source}</code>`
      return html`<tr role="row">
        ${cell('Booked on', dayWords(bookedOn, locale))} ${cell('Belongs to', monthWords(belongsTo, locale))}
        ${cell('What', words)} ${cell('Amount', amount ? formatMoney(amount, locale) : '–', 'number')}
        ${cell('About', donationId === null ? id : html`<a href="/finance/donations/${donationId}">${id}</a>`)}
      </tr>`
    })}`,
  )
}
