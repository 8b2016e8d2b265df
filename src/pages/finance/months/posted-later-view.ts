import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import { formatMoney } from '../../../money/money.ts'
import {
  accountInWords,
  amountText,
  dayName,
  monthName,
  postingInWords,
  postingSubject,
  table,
} from '../frame/finance-layout-view.ts'
import type { MonthView } from './month-parts-view.ts'
import { counted } from './month-words-view.ts'

/** What became known about a closed month since, with the sum on each account. */
export function postedLaterSection({ text, month, postedLater, donorNames }: MonthView): Html {
  if (postedLater === null) return html``
  const t = text.finance
  const name = monthName(month, text)
  const title = html`<h2 id="posted-later">${t('postedLater.title', { month: name })}</h2>`
  const { transactions, accounts, postings } = postedLater
  if (transactions === 0)
    return html`${title}
      <p>${t('postedLater.none', { month: name })}</p>`
  const months = postedLater.months.map((one) => monthName(one, text)).join(', ')
  return html`${title}
    <p>${t('postedLater.what', { ...counted(transactions, text), month: name, months })}</p>
    ${table(
      t('postedLater.sums'),
      [
        { label: t('column.account') },
        { label: t('column.debit'), isNumber: true },
        { label: t('column.credit'), isNumber: true },
      ],
      accounts.map(({ account, currency, minor }) => [
        accountInWords(account, text),
        minor > 0n ? amountText(Number(minor), currency, text) : '–',
        minor < 0n ? amountText(-Number(minor), currency, text) : '–',
      ]),
    )}
    ${table(
      postings.length < transactions
        ? t('postedLater.first', { count: postings.length })
        : t('postedLater.postings'),
      [
        { label: t('column.bookedOn') },
        { label: t('column.what') },
        { label: t('column.about') },
        { label: t('column.amount'), isNumber: true },
      ],
      postings.map((one) => {
        const { bookedOn, period, entries } = one
        const { words, amount } = postingInWords(entries, text)
        const posted = { booked: monthName(bookedOn.slice(0, 7), text), period: monthName(period, text) }
        return [
          dayName(bookedOn, text),
          html`<div>${words} <span class="quiet small">${t('postedLater.row', posted)}</span></div>`,
          postingSubject(one, donorNames, text),
          amount ? formatMoney(amount, text.language) : '–',
        ]
      }),
    )}`
}
