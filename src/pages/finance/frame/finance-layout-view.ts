import { html } from 'hono/html'
import { mayActAs, type Role } from '../../../access/role.ts'
import { type Html, page, withMarkup } from '../../../html/layout.ts'
import { formatMoney, type Money, storedMoney } from '../../../money/money.ts'
import type { DonationRecord } from '../../../reports/donation-record.ts'
import { isBalanceType } from '../../../settlement/balance/balance-types.ts'
import { isAccount } from '../../../reports/books/chart-of-accounts.ts'
import { dateFormat } from '../../../text/date-format.ts'
import type { Text } from '../../../text/text.ts'
import { keptFormSummary, type KeptForm } from './kept-form-view.ts'

/** What every page for signed-in staff shows. */
export type FinanceFrame = {
  readonly text: Text
  readonly newsroomName: string
  readonly staffEmail: string
  readonly role: Role
  /** IANA name; days and months begin and end there. */
  readonly timeZone: string
  /** When the page was asked for, for whoever prints it. */
  readonly shownAt?: Date
  /** As of when the figures of the page are, where they were read from a replica that is behind; null: now. */
  readonly figuresAsOf?: Date | null
  /** The form of the page that was refused, which is shown again as it was sent. */
  readonly keptForm?: KeptForm | null
}

/** The sections of finance's pages, in the order of the menu, and the role that each needs. */
const SECTIONS = {
  overview: { url: '/finance', role: 'viewer' },
  donations: { url: '/finance/donations', role: 'auditor' },
  deposits: { url: '/finance/deposits', role: 'auditor' },
  months: { url: '/finance/months', role: 'auditor' },
  reports: { url: '/finance/reports', role: 'viewer' },
  settings: { url: '/finance/settings', role: 'auditor' },
} as const satisfies Readonly<Record<string, { readonly url: string; readonly role: Role }>>

export type Section = keyof typeof SECTIONS

/** @param current the section of the page; null for a page that belongs to none */
export function financePage(
  frame: FinanceFrame,
  { title, current, body }: { readonly title: string; readonly current: Section | null; readonly body: Html },
): string {
  const { text, newsroomName, staffEmail, role } = frame
  return page({
    text,
    title: (frame.keptForm?.problems ?? []).length > 0 ? text.shared('errorTitle', { title }) : title,
    newsroomName,
    homeUrl: '/finance',
    styles: [
      'forms',
      'finance',
      'reports',
      'books',
      'account',
      'settings',
      'deposits',
      'months',
      'gifts',
      'print',
    ],
    wide: true,
    aside: signedIn(text, staffEmail),
    body: html`${sections(text, role, current)} ${paperHeading(frame)} ${keptFormSummary(frame, text, body)}
      ${olderFigures(frame)} ${body}
      <p class="quiet small zone">${text.finance('frame.times', { timeZone: frame.timeZone })}</p>`,
  })
}

/** What an auditor wants to know of a page on paper. The month's print view says so itself. */
function paperHeading(frame: FinanceFrame): Html {
  const { text, shownAt, staffEmail, timeZone } = frame
  if (shownAt === undefined) return html``
  const time = dateAndTime(shownAt, frame)
  return html`<p class="on-paper-only">
    ${withMarkup(text.finance, 'frame.printed', { time, who: staffEmail, timeZone })}
  </p>`
}

/** Nobody takes figures of half a minute ago for those of now. */
function olderFigures(frame: FinanceFrame): Html {
  const { text, figuresAsOf } = frame
  if (!figuresAsOf) return html``
  const format = dateFormat(text.language, { timeStyle: 'medium', timeZone: frame.timeZone })
  const time = html`<time datetime="${figuresAsOf.toISOString()}">${format.format(figuresAsOf)}</time>`
  return html`<p class="notice">${withMarkup(text.finance, 'frame.olderFigures', { time })}</p>`
}

/** Who is signed in, and the form that signs out. */
function signedIn(text: Text, staffEmail: string): Html {
  return html`<form class="signed-in" method="post" action="/finance/sign-out">
    <a class="small" href="/finance/account">${staffEmail}</a>
    <button class="button plain" type="submit">${text.finance('frame.signOut')}</button>
  </form>`
}

/** The menu. Nobody is led to a page that would refuse them, and a menu of one section is none. */
function sections(text: Text, role: Role, current: Section | null): Html {
  const t = text.finance
  // `Object.keys` loses the names of the sections.
  const open = (Object.keys(SECTIONS) as Section[]).filter((section) =>
    mayActAs(role, SECTIONS[section].role),
  )
  if (open.length < 2) return html``
  return html`<nav class="sections" aria-label="${t('frame.sections')}">
    ${open.map(
      (section) =>
        html`<a href="${SECTIONS[section].url}" ${section === current ? html`aria-current="page"` : ''}
          >${t(`frame.${section}`)}</a
        >`,
    )}
    ${mayActAs(role, SECTIONS.donations.role) && current !== 'donations' ? lookUp(text) : ''}
  </nav>`
}

/** A search from any page; the list of donations has one of its own. */
function lookUp(text: Text): Html {
  const t = text.finance
  return html`<form class="look-up" method="get" action="/finance/donations" role="search">
    <label class="visually-hidden" for="look-up">${t('frame.lookUpLabel')}</label>
    <input id="look-up" type="search" name="q" maxlength="200" placeholder="${t('frame.lookUpHint')}" />
    <button class="button plain" type="submit">${t('frame.lookUp')}</button>
  </form>`
}

export type MonthChoice = {
  /** `2026-01`, and its neighbours; the running month has no `nextMonth`. */
  readonly month: string
  readonly previousMonth: string
  readonly nextMonth?: string
}

export type Column = { readonly label: string; readonly isNumber?: boolean }
export type Cells = readonly (Html | string)[]

/** A table whose rows have one cell for each column, and a row of totals at its end where there is one. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly Cells[],
  totals?: Cells,
  onPhone: 'card' | 'lines' | 'figures' = 'card',
): Html {
  const kind = (column: Column | undefined) => (column?.isNumber ? 'number' : 'text')
  // On a phone the table folds: each cell then shows its column's name. `display: block` would drop the roles.
  const cells = (row: Cells) =>
    row.map(
      (content, index) =>
        html`<td
          role="cell"
          data-label="${columns[index]?.label ?? ''}"
          class="${kind(columns[index])} ${content === '' ? 'empty' : content === '–' ? 'nil' : ''}"
        >
          ${content}
        </td>`,
    )
  return html`<table role="table" class="folding ${onPhone === 'card' ? '' : onPhone}">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map((column) => html`<th role="columnheader" scope="col" class="${kind(column)}">${column.label}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) =>
          html`<tr role="row">
            ${cells(row)}
          </tr>`,
      )}
      ${
        totals
          ? html`<tr role="row" class="total">
              ${cells(totals)}
            </tr>`
          : ''
      }
    </tbody>
  </table>`
}

/** The status in words; the colour only repeats it. */
export function statusTag(status: DonationRecord['status'], text: Text): Html {
  return tag(text.finance(`status.${status}`), status === 'succeeded')
}

function tag(words: string, isGood: boolean): Html {
  return html`<span class="status ${isGood ? 'good' : 'watch'}">${words}</span>`
}

/** `requested_by_customer` → "requested by customer". */
export function codeInWords(code: string): string {
  return code.replaceAll('_', ' ')
}

/** One of Stripe's types of balance transactions; of a type that is not known, its code. */
export function movementInWords(type: string, text: Text): string {
  return isBalanceType(type) ? text.finance(`movement.${type}`) : capitalised(codeInWords(type))
}

export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function payoutUrl(id: string): string {
  return `/finance/deposits/${encodeURIComponent(id)}`
}

/** Links to the donation; also to the donation of a payment, a refund or a dispute of Stripe's. */
export function donationLink(id: string, shown: string = id): Html {
  return html`<a href="/finance/donations/${encodeURIComponent(id)}"><code>${shown}</code></a>`
}

/** "Gift of Ann Reader", which leads to the gift: its page has the ids to copy. */
export function giftLink(id: string, donorName: string | null, text: Text): Html {
  const t = text.finance
  return html`<a href="/finance/donations/${encodeURIComponent(id)}"
    >${donorName === null ? t('payout.giftOfUnknown') : withMarkup(t, 'payout.giftOf', { name: ownDirection(donorName) })}</a
  >`
}

/**
 * What a posting is about, in words, with Stripe's id below it to copy; `otherwise` where it is neither a gift nor a deposit.
 * @param names the donors' names, by donation
 */
export function postingSubject(
  posting: { readonly source: string; readonly donationId: string | null; readonly object?: string },
  names: ReadonlyMap<string, string>,
  text: Text,
  otherwise: Html | string = '',
): Html {
  const { source, donationId, object = source } = posting
  const words =
    donationId !== null
      ? giftLink(donationId, names.get(donationId) ?? null, text)
      : /^(po|tr)_/.test(object)
        ? html`<a href="${payoutUrl(object)}">${text.finance('books.journal.deposit')}</a>`
        : otherwise
  return html`<div>${words} <code class="id">${source}</code></div>`
}

/** A name in its own direction: a Hebrew or Arabic one does not turn the numbers beside it. */
export function ownDirection(name: string): Html {
  return html`<bdi>${name}</bdi>`
}

/** An amount of the API's records, in minor units. */
export function amountText(minor: number, currency: string, text: Text): string {
  return formatMoney(storedMoney(BigInt(minor), currency), text.language)
}

/** "Jan 14, 2026, 1:42 PM" in the newsroom's time zone, readable for machines too. */
export function dateAndTime(at: Date, { text, timeZone }: FinanceFrame): Html {
  const format = dateFormat(text.language, { dateStyle: 'medium', timeStyle: 'short', timeZone })
  return html`<time datetime="${at.toISOString()}">${format.format(at)}</time>`
}

/** "January 2026" for `2026-01`. */
export function monthName(month: string, text: Text): string {
  const format = dateFormat(text.language, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  return format.format(new Date(`${month}-01T00:00:00Z`))
}

/** "Jan 14, 2026", the day in the newsroom's time zone. */
export function dayIn(at: Date, { text, timeZone }: FinanceFrame): string {
  return dateFormat(text.language, { dateStyle: 'medium', timeZone }).format(at)
}

/** "Jan 14, 2026" for `2026-01-14`. */
export function dayName(day: string, text: Text): string {
  const format = dateFormat(text.language, { dateStyle: 'medium', timeZone: 'UTC' })
  return format.format(new Date(`${day}T00:00:00Z`))
}

/** The ledger account's name; of an account of a newer release, its code. */
export function accountInWords(account: string, text: Text): string {
  return isAccount(account) ? text.finance(`books.account.${account}`) : codeInWords(account)
}

/** The entries of one ledger transaction; minor units, debits positive, credits negative. */
type Entries = readonly { readonly account: string; readonly currency: string; readonly amount: number }[]

/**
 * A ledger transaction in words. One debit and one credit share one amount; of more entries each shows its own, so that
 * every cent can be followed.
 */
export function postingInWords(
  entries: Entries,
  text: Text,
): { readonly words: string; readonly amount: Money | null } {
  const t = text.finance
  const debits = entries.filter(({ amount }) => amount > 0)
  const credits = entries.filter(({ amount }) => amount < 0)
  const [debit, ...furtherDebits] = debits
  const [credit, ...furtherCredits] = credits
  if (debit && credit && furtherDebits.length === 0 && furtherCredits.length === 0)
    return {
      words: t('posting.twoEntries', {
        debit: accountInWords(debit.account, text),
        credit: accountInWords(credit.account, text),
      }),
      amount: storedMoney(BigInt(debit.amount), debit.currency),
    }
  const listed = (group: Entries) =>
    group
      .map(({ account, amount, currency }) =>
        t('posting.entry', {
          account: accountInWords(account, text),
          amount: amountText(Math.abs(amount), currency, text),
        }),
      )
      .join(', ')
  return {
    words: t('posting.manyEntries', { debits: listed(debits), credits: listed(credits) }),
    amount: null,
  }
}
