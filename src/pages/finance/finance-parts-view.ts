import { html } from 'hono/html'
import { type Html, page } from '../../html/layout.ts'
import type { Text } from '../../text/text.ts'

/** As `/api/donations` names them. */
export type DonationStatus =
  | 'succeeded'
  | 'partially_refunded'
  | 'refunded'
  | 'disputed'
  | 'dispute_lost'
  | 'returned'

const statusWords: Readonly<Record<DonationStatus, string>> = {
  succeeded: 'Succeeded',
  partially_refunded: 'Partially refunded',
  refunded: 'Refunded',
  disputed: 'Disputed',
  dispute_lost: 'Dispute lost',
  returned: 'Returned by the bank',
}

/** The word says it; the colour only repeats it. */
export function statusTag(status: DonationStatus): Html {
  return html`<span class="status ${status === 'succeeded' ? 'good' : 'watch'}">${statusWords[status]}</span>`
}

export type Donor = { readonly name?: string; readonly email?: string }

export function donorName(donor: Donor): string {
  return donor.name ?? donor.email ?? 'Unknown'
}

/** A moment in the newsroom's timezone, readable for machines too. */
export function moment(at: Date, locale: string, timeZone: string): Html {
  const words = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
    at,
  )
  return html`<time datetime="${at.toISOString()}">${words}</time>`
}

/** Who is signed in, and the way out: a POST to `/finance/sign-out`. */
function signedIn(staffEmail: string): Html {
  return html`<form class="signed-in" method="post" action="/finance/sign-out">
    <span class="quiet small">${staffEmail}</span>
    <button class="button plain" type="submit">Sign out</button>
  </form>`
}

/** A row's cell that names its column itself where the table folds on a phone; roles survive `display: block`. */
export function cell(label: string, content: Html | string, kind: 'text' | 'number' = 'text'): Html {
  return html`<td role="cell" data-label="${label}" class="${kind}">${content}</td>`
}

export function table(
  caption: string,
  columns: readonly { label: string; number?: boolean }[],
  rows: Html,
): Html {
  return html`<table role="table" class="folding">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map(
          ({ label, number }) =>
            html`<th role="columnheader" scope="col" class="${number ? 'number' : 'text'}">${label}</th>`,
        )}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows}
    </tbody>
  </table>`
}

/** Of every page that somebody signed in sees. */
export type FinanceFrame = {
  readonly text: Text
  readonly newsroomName: string
  readonly staffEmail: string
  readonly locale: string
  /** IANA name; days and months begin and end there. */
  readonly timeZone: string
}

/** @param current the section that the page is; `none` shows no way to the others */
export function financePage(
  { text, newsroomName, staffEmail }: FinanceFrame,
  {
    title,
    current,
    body,
  }: { readonly title: string; readonly current: Section | null | 'none'; readonly body: Html },
): string {
  return page({
    text,
    title,
    newsroomName,
    homeUrl: '/finance',
    styles: ['forms', 'finance'],
    wide: true,
    aside: signedIn(staffEmail),
    body: html`${current === 'none' ? '' : sections(current)} ${body}`,
  })
}

/** Where a signed-in reader of these pages can go. */
export type Section = 'donations' | 'reconciliation'

function sections(current: Section | null): Html {
  const link = (section: Section, href: string, words: string) =>
    html`<a href="${href}" ${section === current ? html`aria-current="page"` : ''}>${words}</a>`
  return html`<nav class="sections" aria-label="Finance">
    ${link('donations', '/finance', 'Donations')}
    ${link('reconciliation', '/finance/reconciliation', 'Reconciliation')}
  </nav>`
}

export type MonthChoice = {
  /** `2026-01`, and its neighbours; `nextMonth` is absent in the running month. */
  readonly month: string
  readonly previousMonth: string
  readonly nextMonth?: string
}

/** The months before and after, and a form for any other; all lead to `path?month=…`. */
export function monthSwitch(path: string, choice: MonthChoice, locale: string): Html {
  const { month, previousMonth, nextMonth } = choice
  const link = (to: string, rel: string, words: string) =>
    html`<a rel="${rel}" href="${path}?month=${encodeURIComponent(to)}">${words}</a>`
  return html`<nav class="months" aria-label="Month">
    ${link(previousMonth, 'prev', `← ${monthWords(previousMonth, locale)}`)}
    <form method="get" action="${path}">
      <label for="month">Month</label>
      <input
        id="month"
        name="month"
        type="month"
        value="${month}"
        pattern="[0-9]{4}-[0-9]{2}"
        placeholder="2026-01"
        required
      />
      <button class="button plain" type="submit">Show</button>
    </form>
    ${nextMonth ? link(nextMonth, 'next', `${monthWords(nextMonth, locale)} →`) : ''}
  </nav>`
}

/** "January 2026" of `2026-01`. */
export function monthWords(month: string, locale: string): string {
  const start = new Date(`${month}-01T00:00:00Z`)
  return new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(start)
}

/** "14 Jan 2026" of `2026-01-14`. */
export function dayWords(day: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  )
}
