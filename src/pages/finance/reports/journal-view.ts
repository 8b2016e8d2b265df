import { html } from 'hono/html'
import type { Html } from '../../../html/layout.ts'
import type { JournalPage, JournalTransaction } from '../../../reports/books/journal.ts'
import type { Text } from '../../../text/text.ts'
import {
  accountInWords,
  amountText,
  dayName,
  monthName,
  postingSubject,
  table,
} from '../frame/finance-layout-view.ts'
import { booksPage, periodInWords, type BooksFrame } from './books-period-view.ts'

export type JournalView = BooksFrame & {
  readonly account: string
  readonly page: JournalPage
  /** The names of the donors, by donation. */
  readonly donorNames: ReadonlyMap<string, string>
}

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

function postings({ text, account, page: { data }, donorNames }: JournalView): Html {
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
          targetOf(posting, donorNames, text),
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
function targetOf(posting: JournalTransaction, donorNames: ReadonlyMap<string, string>, text: Text): Html {
  const month = posting.bookedOn.slice(0, 7)
  const toMonth = html`<a href="/finance/months/${month}">${monthName(month, text)}</a>`
  return postingSubject(posting, donorNames, text, toMonth)
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
