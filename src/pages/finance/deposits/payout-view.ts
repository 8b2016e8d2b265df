import { html } from 'hono/html'
import type { LineRow } from '../../../bank/uploaded-statement.ts'
import type { PayoutItem, PayoutPart, PayoutRecord } from '../../../settlement/payouts/payout-record.ts'
import type { Html } from '../../../html/layout.ts'
import {
  amountText,
  dateAndTime,
  dayName,
  financePage,
  type FinanceFrame,
  payoutUrl,
  codeInWords,
  movementInWords,
  table,
  giftLink,
} from '../frame/finance-layout-view.ts'
import { depositTag } from './deposits-view.ts'

export type PayoutView = FinanceFrame & {
  readonly payout: PayoutRecord
  /** The bank lines that it is matched to: its arrival, and its return when it failed later. */
  readonly bankLines: readonly LineRow[]
}

/** One payout: the donations, fees, refunds and disputes that make up the deposit. */
export function payoutPage(view: PayoutView): string {
  const { text, payout } = view
  const t = text.finance
  const title = t('payout.title', { amount: amountText(payout.amount, payout.currency, text) })
  return financePage(view, {
    title,
    current: 'deposits',
    body: html`<p class="back">
        <a href="/finance/deposits">${t('payout.back')}</a>
      </p>
      <h1>${title}</h1>
      <p>${depositTag(payout.status, text)}</p>
      <dl class="facts">
        <dt>${t('payout.arrival')}</dt>
        <dd>${dayName(payout.arrivalDate, text)}</dd>
        <dt>${t('payout.atTheBank')}</dt>
        <dd>${atTheBank(view)}</dd>
        <dt>${t('payout.payout')}</dt>
        <dd><code>${payout.id}</code></dd>
        <dt>${t('payout.made')}</dt>
        <dd>${t(payout.automatic ? 'payout.automatically' : 'payout.byHand')}</dd>
        ${
          payout.failureCode === null
            ? ''
            : html`<dt>${t('payout.failed')}</dt>
                <dd>${codeInWords(payout.failureCode)}</dd>`
        }
      </dl>
      ${arrival(view)} ${verdict(view)} ${parts(view)} ${items(view)}`,
  })
}

function atTheBank({ text, bankLines }: PayoutView): Html {
  const t = text.finance
  if (bankLines.length === 0) return html`<span class="quiet">${t('payout.notOnStatement')}</span>`
  return html`${bankLines.map(({ day, description, statementId, match }) => {
    const words = match?.kind === 'return' ? 'payout.returned' : 'payout.bankLine'
    return html`<div>
      <a href="/finance/deposits/bank/${statementId}"
        >${t(words, { day: dayName(day, text), description })}</a
      >
    </div>`
  })}`
}

function hasFailed({ payout: { status } }: PayoutView): boolean {
  return status === 'failed' || status === 'canceled'
}

function arrival(view: PayoutView): Html {
  return hasFailed(view)
    ? html`<p class="notice urgent">${view.text.finance('payout.notArrived')}</p>`
    : html``
}

/** Whether the items of the payout add up to its amount. */
function verdict(view: PayoutView): Html {
  const { itemisation, unexplained, currency } = view.payout
  const t = view.text.finance
  if (itemisation === 'not_possible')
    return html`<p class="notice">
      ${t(view.payout.automatic ? 'payout.neverItemised' : 'payout.notItemisable')}
    </p>`
  // A failed payout took nothing to the bank, and its items go out with a later payout.
  if (unexplained === null && hasFailed(view)) return html``
  if (unexplained === null) return html`<p class="notice">${t('payout.notItemisedYet')}</p>`
  if (unexplained === 0) return html`<p>${t('payout.addsUp')}</p>`
  const amount = amountText(unexplained, currency, view.text)
  return html`<p class="notice urgent">${t('payout.unexplained', { amount })}</p>`
}

function parts({ text, payout }: PayoutView): Html {
  if (payout.parts.length === 0) return html``
  const t = text.finance
  const cells = (name: string, { count, amount, fee, net }: Omit<PayoutPart, 'kind'>) => [
    name,
    count.toLocaleString(text.language),
    ...[amount, fee, net].map((minor) => amountText(minor, payout.currency, text)),
  ]
  return table(
    t('payout.parts'),
    [
      { label: t('column.part') },
      { label: t('column.howMany'), isNumber: true },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.fees'), isNumber: true },
      { label: t('column.net'), isNumber: true },
    ],
    payout.parts.map((part) => cells(t(`payout.kind.${part.kind}`), part)),
    cells(t('payout.total'), sumOf(payout.parts)),
  )
}

function sumOf(all: readonly PayoutPart[]): Omit<PayoutPart, 'kind'> {
  const sum = { count: 0, amount: 0, fee: 0, net: 0 }
  for (const { count, amount, fee, net } of all) {
    sum.count += count
    sum.amount += amount
    sum.fee += fee
    sum.net += net
  }
  return sum
}

function items(view: PayoutView): Html {
  const { text, payout } = view
  if (payout.items.length === 0) return html``
  const t = text.finance
  const listed = table(
    t('payout.items'),
    [
      { label: t('column.when') },
      { label: t('column.what') },
      { label: t('column.about') },
      { label: t('column.amount'), isNumber: true },
      { label: t('column.fee'), isNumber: true },
      { label: t('column.net'), isNumber: true },
    ],
    payout.items.map((item) => [
      dateAndTime(new Date(item.at), view),
      movementInWords(item.type, text),
      about(item, view),
      ...[item.amount, item.fee, item.net].map((minor) => amountText(minor, payout.currency, text)),
    ]),
  )
  if (payout.nextCursor === null) return listed
  const next = `/finance/deposits/${encodeURIComponent(payout.id)}?cursor=${encodeURIComponent(payout.nextCursor)}`
  return html`${listed}
    <p><a href="${next}" rel="next">${t('payout.moreItems')}</a></p>`
}

/** The object that an item settles, with a link where there is a page for it. */
function about(item: PayoutItem, { text }: PayoutView): Html {
  const { about: object, id, donationId, donorName, articleTitle, description } = item
  if (donationId !== null)
    return html`<div>
      ${giftLink(donationId, donorName, text)}
      ${articleTitle === null ? '' : html`<div class="quiet small">${articleTitle}</div>`}
    </div>`
  if (object !== null && /^(po|tr)_/.test(object))
    return html`<div>
      <a href="${payoutUrl(object)}">${text.finance('books.journal.deposit')}</a>
      <code class="id">${object}</code>
    </div>`
  return html`<div>${description ?? ''} <code class="id">${object ?? id}</code></div>`
}
