import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import type { JournalPage, JournalTransaction } from '../../../reports/books/journal.ts'
import type { Text } from '../../../text/text.ts'
import { accountInWords, amountText, dayName, monthName, table } from '../frame/finance-layout-view.ts'
import { booksPage, periodInWords, type BooksFrame } from './books-period-view.ts'

export type JournalView = BooksFrame & { readonly account: string; readonly page: JournalPage }

/** The postings of one account, each with what it leads to. */
export function journalPage(view: JournalView): string {
  const { text, period, account, page } = view
  const t = text.finance
  const path = `/finance/reports/accounts/${account}`
  const days = new URLSearchParams({ from: period.from, to: period.to }).toString()
  return booksPage(view, {
    title: t('books.journal.title', {
      account: accountInWords(account, text),
      period: periodInWords(period, text),
    }),
    lead: t('books.journal.lead'),
    path,
    above: html`<p class="back">
      <a href="/finance/reports/accounts${period.problems.length > 0 ? '' : `?${days}`}"
        >${t('books.journal.toAccounts')}</a
      >
    </p>`,
    body: html`${postings(view)} ${pageLinks(page, `${path}?${days}`, text)}`,
  })
}

function postings({ text, account, page: { data } }: JournalView): Html {
  const t = text.finance
  if (data.length === 0) return html`<p>${t('books.journal.nothing')}</p>`
  return table(
    t('books.journal.caption'),
    [
      { label: t('column.bookedOn') },
      { label: t('books.journal.what') },
      { label: t('books.journal.leadsTo') },
      { label: t('column.debit'), isNumber: true },
      { label: t('column.credit'), isNumber: true },
    ],
    data.flatMap((posting) =>
      posting.entries
        .filter((entry) => entry.account === account)
        .map(({ currency, amount }) => [
          dayName(posting.bookedOn, text),
          whatOf(posting, text),
          targetOf(posting, text),
          amount > 0 ? amountText(amount, currency, text) : '–',
          amount < 0 ? amountText(-amount, currency, text) : '–',
        ]),
    ),
    undefined,
    'figures',
  )
}

function whatOf({ effect, period }: JournalTransaction, text: Text): Html {
  const t = text.finance
  const words = t(`books.journal.effect.${effect}`)
  if (period === null) return html`${words}`
  return html`${words}
    <span class="quiet small note"
      >${t('books.journal.adjustment', { month: monthName(period, text) })}</span
    >`
}

/** The gift or deposit that it is about, or else the month of the books in which it is explained. */
function targetOf({ donationId, object, source, bookedOn }: JournalTransaction, text: Text): Html {
  const t = text.finance
  const id = html`<code class="id">${source}</code>`
  if (donationId !== null)
    return html`<a href="/finance/donations/${donationId}">${t('books.journal.gift')}</a> ${id}`
  if (/^(po|tr)_/.test(object))
    return html`<a href="/finance/deposits/${encodeURIComponent(object)}">${t('books.journal.deposit')}</a>
      ${id}`
  const month = bookedOn.slice(0, 7)
  return html`<a href="/finance/months/${month}">${monthName(month, text)}</a> ${id}`
}

function pageLinks({ nextCursor, previousCursor }: JournalPage, path: string, text: Text): Html {
  if (nextCursor === null && previousCursor === null) return html``
  const t = text.finance
  const link = (rel: string, cursor: string, words: string) =>
    html`<a rel="${rel}" href="${path}&amp;cursor=${encodeURIComponent(cursor)}">${words}</a>`
  return html`<p class="pages">
    ${previousCursor === null ? '' : link('prev', previousCursor, t('books.journal.earlier'))}
    ${nextCursor === null ? '' : link('next', nextCursor, t('books.journal.later'))}
  </p>`
}
