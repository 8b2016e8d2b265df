import { html } from 'hono/html'
import { formatMoney } from '../../money/money.ts'
import { storedMoney } from '../../money/stored-money.ts'
import type { DifferenceRecord, ReconciliationRecord } from '../../reconciliation/reconciliation-record.ts'
import type { Html } from '../../html/layout.ts'
import {
  cell,
  dayWords,
  moment,
  type MonthChoice,
  monthSwitch,
  monthWords,
  financePage,
  type FinanceFrame,
  table,
} from './finance-parts-view.ts'
import { late, type LateView } from './prior-period-adjustments-view.ts'

export type ReconciliationView = FinanceFrame &
  MonthChoice &
  LateView & {
    readonly books: ReconciliationRecord
    /** The month is over and not closed. */
    readonly mayClose: boolean
    /** At the end of the month; minor units, debit positive. */
    readonly accounts: readonly {
      readonly account: string
      readonly currency: string
      readonly balance: number
    }[]
  }

/** Stripe's books against ours; posts to `/finance/reconciliation/2026-01/sign` and `…/close`. */
export function reconciliationPage(view: ReconciliationView): string {
  const { books, locale, month } = view
  const title = `Reconciliation of ${monthWords(month, locale)}`
  const open = books.differences.filter(({ explained }) => !explained)
  const noted = books.differences.filter(({ explained }) => explained)
  return financePage(view, {
    title,
    current: 'reconciliation',
    body: html`<h1>${title}</h1>
      ${monthSwitch('/finance/reconciliation', view, locale)} ${summary(view, open)}
      ${differences('To be explained', open, view)} ${differences('For your information', noted, view)}
      ${signed(view)} ${late(view)} ${payouts(view)} ${accounts(view)} ${closing(view, open.length)}`,
  })
}

function summary({ books, locale, timeZone }: ReconciliationView, open: readonly DifferenceRecord[]): Html {
  const { closedAt, closedBy, completeUpTo } = books
  // What has no amount is told by the number of differences.
  const amounts = books.unexplained
    .filter(({ amount }) => amount !== 0)
    .map(({ currency, amount }) => shown(amount, currency, locale))
    .join(', ')
  const missing = books.differences.filter(
    ({ kind }) => kind === 'missing_here' || kind === 'unprocessed_event',
  ).length
  const say = (at: string) => moment(new Date(at), locale, timeZone)
  return html`<dl class="totals">
    <div>
      <dt>Unexplained</dt>
      <dd>
        ${open.length === 0 ? '0' : amounts || open.length}
        <span class="quiet">
          ${
            open.length === 0
              ? allExplained(books)
              : `${open.length} ${open.length === 1 ? 'difference needs' : 'differences need'} an explanation.`
          }
        </span>
      </dd>
    </div>
    <div>
      <dt>Stripe’s books</dt>
      <dd>
        ${completeUpTo === null ? 'Not complete' : 'Complete'}
        <span class="quiet">
          ${
            completeUpTo === null
              ? 'They have not been read to their end yet.'
              : html`Up to ${say(completeUpTo)}, ${missing.toLocaleString(locale)} missing.`
          }
        </span>
      </dd>
    </div>
    <div>
      <dt>Month</dt>
      <dd>
        ${closedAt === null ? 'Open' : 'Closed'}
        <span class="quiet">
          ${
            closedAt === null
              ? 'What happens in it is still booked into it.'
              : html`By ${closedBy ?? ''}, ${say(closedAt)}. Shown as it stood then.`
          }
        </span>
      </dd>
    </div>
  </dl>`
}

/** Not more than is known: what was signed is not in both books, and what was not read may not be. */
function allExplained({ completeUpTo, signed: exceptions }: ReconciliationRecord): string {
  if (completeUpTo === null) return 'So far: not all of Stripe’s books have been read.'
  if (exceptions.length > 0) return 'But for what is signed below, both books say the same.'
  return 'Every cent here is in Stripe’s books, and the other way round.'
}

function differences(caption: string, rows: readonly DifferenceRecord[], view: ReconciliationView): Html {
  if (rows.length === 0) return html``
  return table(
    caption,
    [{ label: 'What' }, { label: 'About' }, { label: 'Amount', number: true }, { label: 'What to do' }],
    html`${rows.map(
      (row) =>
        html`<tr role="row">
          ${cell('What', sentence(row.what))} ${cell('About', about(row))}
          ${cell('Amount', shown(row.amount, row.currency, view.locale), 'number')}
          ${cell('What to do', html`<div>${row.todo} ${signForm(row, view)}</div>`)}
        </tr>`,
    )}`,
  )
}

/** Of these no donation is known here, to which a link could lead. */
const NOT_HERE = new Set(['missing_here', 'not_booked_yet'])

function about({ object, kind }: { readonly object: string; readonly kind: string }): Html {
  const id = encodeURIComponent(object)
  if (/^(pi|re|pyr|dp|du)_/.test(object) && !NOT_HERE.has(kind))
    return html`<a href="/finance/donations/${id}"><code>${object}</code></a>`
  return object.startsWith('po_')
    ? html`<a href="/finance/payouts/${id}"><code>${object}</code></a>`
    : html`<code>${object}</code>`
}

function signForm(
  { object, kind, amount, explained }: DifferenceRecord,
  { month, books }: ReconciliationView,
): Html {
  if (explained || books.closed) return html``
  const id = `reason-${kind}-${object}`
  return html`<details>
    <summary>Sign it with a reason</summary>
    <form method="post" action="/finance/reconciliation/${month}/sign">
      <input type="hidden" name="object" value="${object}" />
      <input type="hidden" name="kind" value="${kind}" />
      <input type="hidden" name="amount" value="${amount}" />
      <label for="${id}">Why it is right, or what was done</label>
      <textarea id="${id}" name="reason" rows="2" minlength="3" maxlength="1000" required></textarea>
      <button class="button plain" type="submit">Sign</button>
    </form>
  </details>`
}

function signed({ books, locale, timeZone }: ReconciliationView): Html {
  if (books.signed.length === 0) return html``
  return table(
    'Signed',
    [{ label: 'About' }, { label: 'Amount', number: true }, { label: 'Reason' }, { label: 'Signed by' }],
    html`${books.signed.map(
      ({ object, kind, amount, currency, reason, signedOffBy, signedOffAt }) =>
        html`<tr role="row">
          ${cell('About', about({ object, kind }))}
          ${cell('Amount', shown(amount, currency, locale), 'number')} ${cell('Reason', reason)}
          ${cell('Signed by', html`<div>${signedOffBy}, ${moment(new Date(signedOffAt), locale, timeZone)}</div>`)}
        </tr>`,
    )}`,
  )
}

const ITEMISED = { complete: 'Yes', awaited: 'Not yet', not_possible: 'Not possible: made by hand' } as const

function payouts({ books, locale }: ReconciliationView): Html {
  if (books.payouts.length === 0) return html`<p>No payout arrived in this month.</p>`
  return table(
    'Payouts to the bank',
    [
      { label: 'Arrival' },
      { label: 'Payout' },
      { label: 'Amount', number: true },
      { label: 'Status' },
      { label: 'Itemised' },
    ],
    html`${books.payouts.map(
      ({ id, arrivalDate, amount, currency, status, itemisation }) =>
        html`<tr role="row">
          ${cell('Arrival', dayWords(arrivalDate, locale))}
          ${cell('Payout', html`<a href="/finance/payouts/${encodeURIComponent(id)}"><code>${id}</code></a>`)}
          ${cell('Amount', shown(amount, currency, locale), 'number')} ${cell('Status', payoutTag(status))}
          ${cell('Itemised', ITEMISED[itemisation])}
        </tr>`,
    )}`,
  )
}

/** Stripe's word for a payout; the list is open. */
export function payoutTag(status: string): Html {
  const good = status === 'paid'
  return html`<span class="status ${good ? 'good' : 'watch'}">${sentence(status.replaceAll('_', ' '))}</span>`
}

function accounts({ accounts: rows, locale }: ReconciliationView): Html {
  if (rows.length === 0) return html``
  return table(
    'The ledger at the end of the month',
    [{ label: 'Account' }, { label: 'Debit', number: true }, { label: 'Credit', number: true }],
    html`${rows.map(
      ({ account, currency, balance }) =>
        html`<tr role="row">
          ${cell('Account', `${account.replaceAll('_', ' ')} ${currency.toUpperCase()}`)}
          ${cell('Debit', balance > 0 ? shown(balance, currency, locale) : '–', 'number')}
          ${cell('Credit', balance < 0 ? shown(-balance, currency, locale) : '–', 'number')}
        </tr>`,
    )}`,
  )
}

function closing({ mayClose, month, locale }: ReconciliationView, open: number): Html {
  if (!mayClose) return html``
  const name = monthWords(month, locale)
  if (open > 0) return html`<p>${name} can be closed once every difference is explained or signed.</p>`
  return html`<form method="post" action="/finance/reconciliation/${month}/close">
    <p>
      Closing is final: the figures of ${name} never move again, and what is learned later is booked into the
      open month.
    </p>
    <button class="button" type="submit">Close ${name}</button>
  </form>`
}

/** An event that could not be read has no amount. */
function shown(amount: number, currency: string, locale: string): string {
  return currency === 'xxx' ? '–' : formatMoney(storedMoney(BigInt(amount), currency), locale)
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
