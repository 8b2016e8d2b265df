import { html } from 'hono/html'
import { mayActAs } from '../../../access/role.ts'
import type { DonorAgreement, DonorMail } from '../../../donors/donor.ts'
import { type Html, webUrl } from '../../../html/layout.ts'
import { formatMoney, type Money } from '../../../money/money.ts'
import type { DonationRecord } from '../../../reports/donation-record.ts'
import {
  capitalised,
  codeInWords,
  dateAndTime,
  dayIn,
  financePage,
  statusTag,
  table,
  type FinanceFrame,
  ownDirection,
} from '../frame/finance-layout-view.ts'

export type DonorNote = {
  readonly donationId: string
  /** Empty: erased. */
  readonly text: string
  readonly writtenBy: string
  readonly writtenAt: Date
  readonly withdrawnAt: Date | null
}

export type DonorView = FinanceFrame & {
  /** The id of one of the donor's gifts. */
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly firstGiftAt: Date
  readonly gifts: number
  readonly years: readonly {
    readonly year: number
    readonly gifts: number
    readonly gross: Money
    readonly reversed: Money
    /** Gross less what was reversed. */
    readonly left: Money
  }[]
  readonly agreements: readonly (Omit<DonorAgreement, 'currency' | 'amountMinor'> & {
    readonly amount: Money | null
  })[]
  readonly mails: readonly DonorMail[]
  /** The latest notes about any of the gifts, newest first. */
  readonly notes: readonly DonorNote[]
  /** A page of the donor's gifts, newest first. */
  readonly page: readonly (Pick<DonationRecord, 'id' | 'status' | 'article' | 'receipt' | 'imported'> & {
    readonly gross: Money
    readonly succeededAt: Date
  })[]
  readonly nextCursor: string | null
  readonly previousCursor: string | null
}

export function donorPage(view: DonorView): string {
  const { text, name, email, gifts, firstGiftAt, id } = view
  const t = text.finance
  const title = name ?? email ?? t('unknownDonor')
  const since = dayIn(firstGiftAt, view)
  return financePage(view, {
    title,
    current: 'donations',
    body: html`<p class="back"><a href="/finance/donations">${t('donor.back')}</a></p>
      <h1>${ownDirection(title)}</h1>
      ${email === null || email === title ? '' : html`<p>${email}</p>`}
      <p class="quiet">
        ${t('donor.summary', { count: gifts, number: gifts.toLocaleString(text.language), since })}
      </p>
      ${email === null ? html`<p class="notice">${t('donor.withoutAddress')}</p>` : ''} ${yearTable(view)}
      ${agreementTable(view)} ${giftTable(view)} ${pages(view)} ${noteList(view)} ${mailTable(view)}
      ${dataLinks(view)}
      <p class="small">
        <a href="/finance/donations?donor=${encodeURIComponent(id)}">${t('donor.inList')}</a>
      </p>`,
  })
}

/** What staff do with all that is kept of the donor; only admins erase. */
function dataLinks({ text, id, role, years }: DonorView): Html {
  const t = text.finance
  const given = [...new Set(years.map(({ year }) => year))]
  return html`<section class="acts-on-donor">
    <h2>${t('erasure.data')}</h2>
    <ul>
      ${given.map(
        (year) =>
          html`<li>
            <a href="/finance/donors/${id}/statement.pdf?year=${year}">${t('erasure.statement', { year })}</a>
          </li>`,
      )}
      <li><a href="/finance/donors/${id}/export" download>${t('erasure.download')}</a></li>
      ${
        mayActAs(role, 'admin')
          ? html`<li><a href="/finance/donors/${id}/erase">${t('erasure.link')}</a></li>`
          : ''
      }
    </ul>
  </section>`
}

function yearTable({ text, years }: DonorView): Html {
  const t = text.finance
  const amount = (sum: Money) => formatMoney(sum, text.language)
  return table(
    t('donor.years'),
    [
      { label: t('donor.year') },
      { label: t('donor.gifts'), isNumber: true },
      { label: t('donor.gross'), isNumber: true },
      { label: t('donor.reversed'), isNumber: true },
      { label: t('donor.left'), isNumber: true },
    ],
    years.map(({ year, gifts, gross, reversed, left }) => [
      String(year),
      gifts.toLocaleString(text.language),
      `${amount(gross)} ${gross.currency.toUpperCase()}`,
      amount(reversed),
      amount(left),
    ]),
  )
}

function agreementTable(view: DonorView): Html {
  const { text, agreements } = view
  if (agreements.length === 0) return html``
  const t = text.finance
  const day = (at: Date | null) => (at === null ? '–' : dayIn(at, view))
  return table(
    t('donor.agreements'),
    [
      { label: t('donor.howOften') },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.status') },
      { label: t('donor.lastPaid') },
      { label: t('donor.next') },
    ],
    agreements.map(({ amount, frequency, status, lastPaidAt, currentPeriodEnd, endedAt, cancelAt }) => [
      frequency === null ? '–' : t(`gifts.frequency.${frequency}`),
      amount === null ? '–' : formatMoney(amount, text.language),
      status === null ? t('donor.notReadYet') : capitalised(codeInWords(status)),
      day(lastPaidAt),
      endedAt !== null
        ? t('donor.ended', { day: day(endedAt) })
        : cancelAt !== null
          ? t('donor.ends', { day: day(cancelAt) })
          : day(currentPeriodEnd),
    ]),
  )
}

function giftTable(view: DonorView): Html {
  const { text, page } = view
  const t = text.finance
  return table(
    t('donor.allGifts'),
    [
      { label: t('column.date') },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.status') },
      { label: t('column.article') },
      { label: t('column.receipt') },
    ],
    page.map(({ id, succeededAt, gross, status, article, receipt, imported }) => [
      html`<a href="/finance/donations/${encodeURIComponent(id)}">${dateAndTime(succeededAt, view)}</a>`,
      formatMoney(gross, text.language),
      statusTag(status, text),
      article ? (article.title ?? article.url) : '–',
      receipt
        ? html`<a href="${webUrl(receipt.url)}">${receipt.number}</a>`
        : imported
          ? t('imports.gift.mark', imported)
          : '–',
    ]),
  )
}

function pages({ text, id, nextCursor, previousCursor }: DonorView): Html {
  if (nextCursor === null && previousCursor === null) return html``
  const t = text.finance
  const url = (cursor: string) =>
    `/finance/donors/${encodeURIComponent(id)}?cursor=${encodeURIComponent(cursor)}`
  return html`<nav class="pages" aria-label="${t('gifts.pages')}">
    ${previousCursor === null ? '' : html`<a rel="prev" href="${url(previousCursor)}">${t('gifts.previous')}</a>`}
    ${nextCursor === null ? '' : html`<a rel="next" href="${url(nextCursor)}">${t('gifts.next')}</a>`}
  </nav>`
}

function noteList(view: DonorView): Html {
  const { text, notes } = view
  if (notes.length === 0) return html``
  const t = text.finance
  return html`<h2>${t('donor.notes')}</h2>
    <ul class="notes">
      ${notes.map(({ donationId, text: words, writtenBy, writtenAt, withdrawnAt }) => {
        const said = words === '' ? t('note.erased') : words
        return html`<li>
          <p>${withdrawnAt === null ? said : html`<s>${said}</s>`}</p>
          <p class="quiet small">
            ${writtenBy},
            <a href="/finance/donations/${encodeURIComponent(donationId)}">${dateAndTime(writtenAt, view)}</a>
          </p>
        </li>`
      })}
    </ul>`
}

function mailTable(view: DonorView): Html {
  const { text, mails } = view
  if (mails.length === 0) return html``
  const t = text.finance
  return table(
    t('donor.mails'),
    [{ label: t('column.receipt') }, { label: t('column.status') }],
    mails.map(({ receipt, donationId, sentAt, gaveUpAt }) => [
      html`<a href="/finance/donations/${encodeURIComponent(donationId)}">${receipt}</a>`,
      sentAt
        ? html`${t('donor.sent')} ${dateAndTime(sentAt, view)}`
        : gaveUpAt
          ? html`${t('donor.givenUp')} ${dateAndTime(gaveUpAt, view)}`
          : t('donor.waiting'),
    ]),
  )
}
