import { html } from 'hono/html'
import { type Html, withMarkup } from '../../../html/layout.ts'
import { furtherCount, itemCount } from '../../../reconciliation/items/clearing-item.ts'
import { isTimingDifference } from '../../../reconciliation/items/difference.ts'
import type { DifferenceRecord, ReconciliationRecord } from '../../../reconciliation/reconciliation-record.ts'
import {
  amountText,
  dateAndTime,
  dayName,
  monthName,
  movementInWords,
  table,
} from '../frame/finance-layout-view.ts'
import { linkToItemsFile, notListed } from './items-file-view.ts'
import {
  furtherItemsOf,
  groupsOf,
  timingDifferencesOf,
  toExplain,
  waitsForApproval,
  type ItemGroup,
  type MonthView,
} from './month-parts-view.ts'
import { counted, itemDay, itemName, kindWords, sumsText } from './month-words-view.ts'
import { operatorHelp } from './operator-help-view.ts'

/** How many items of a group the month's page shows; the others are on the group's own pages. */
export const ITEMS_SHOWN = 5
/** The print view shows more, and says when it leaves some out. */
export const ITEMS_PRINTED = 500

type SignOffRecord = ReconciliationRecord['signOffs'][number]

/** What needs an explanation, by kind. */
export function itemsToExplain(view: MonthView): Html {
  const groups = groupsOf(toExplain(view.record))
  if (groups.length === 0) return html``
  return html`<h2 id="to-explain">${view.text.finance('items.toExplain')}</h2>
    ${linkToItemsFile(view, 'to-explain')} ${groups.map((group) => openGroup(group, view))}`
}

function openGroup(group: ItemGroup, view: MonthView): Html {
  const { text } = view
  const t = text.finance
  const words = kindWords(group.kind, text, group.items[0])
  return html`<section class="item-group" aria-label="${words.title}">
    ${heading(group, view)}
    <dl class="explained-as">
      <dt>${t('items.what')}</dt>
      <dd>${words.means}</dd>
      <dt>${t('items.todo')}</dt>
      <dd>${words.todo}</dd>
    </dl>
    ${itemsTable(words.title, group.items.slice(0, shownItems(view)), view)} ${notListed(group, view)}
    ${further(group, view)} ${view.printedAt ? '' : operatorHelp(group, view)}
  </section>`
}

function heading({ kind, items, sums }: ItemGroup, { text }: MonthView): Html {
  const count = text.finance('items.count', counted(itemCount(items), text))
  return html`<h3>
    ${kindWords(kind, text).title}
    <span class="sum"><span class="quiet">${count}</span> ${sumsText(sums, text)}</span>
  </h3>`
}

function shownItems({ printedAt }: MonthView): number {
  return printedAt ? ITEMS_PRINTED : ITEMS_SHOWN
}

function further({ kind, items }: ItemGroup, view: MonthView): Html {
  const { text, month, record, printedAt, mayChange } = view
  const t = text.finance
  if (printedAt && items.length > ITEMS_PRINTED)
    return html`<p>${t('month.printList', { shown: ITEMS_PRINTED, count: items.length })}</p>`
  // The group's page also explains all of it at once.
  const hasPage = items.length > ITEMS_SHOWN || (mayChange && !record.closed && items.length > 1)
  if (printedAt || !hasPage) return html``
  const listed = items.length - furtherItemsOf(items).length
  const words =
    listed === items.length
      ? t('items.showAll', counted(listed, text))
      : t('items.showListed', counted(listed, text))
  return html`<p><a href="/finance/months/${month}/items/${kind}">${words}</a></p>`
}

/** Items with their day, name and amount, and a link to where each is settled. */
export function itemsTable(
  caption: string,
  items: readonly DifferenceRecord[],
  view: Pick<MonthView, 'text' | 'facts' | 'month' | 'record' | 'mayChange' | 'printedAt'>,
): Html {
  const { text, facts, printedAt } = view
  const t = text.finance
  const withLink = !printedAt && items.some((item) => settleUrl(item, view) !== null)
  return table(
    caption,
    [
      { label: t('column.date') },
      { label: t('column.what') },
      { label: t('column.amount'), isNumber: true },
      ...(withLink ? [{ label: t('column.whatToDo') }] : []),
    ],
    items.map((item) => {
      const known = facts.get(item.object)
      const url = settleUrl(item, view)
      return [
        itemDay(known, text),
        html`<div>${itemName(item, known, text)}</div>`,
        item.currency === 'xxx' ? '–' : amountText(item.amount, item.currency, text),
        ...(withLink ? [url ? html`<a href="${url}">${settleWords(item, view)}</a>` : ''] : []),
      ]
    }),
  )
}

function settleUrl(
  { kind, object, currency, explained }: DifferenceRecord,
  { month, record, mayChange }: Pick<MonthView, 'month' | 'record' | 'mayChange'>,
): string | null {
  if (record.closed || explained || !mayChange || kind === 'other_activity') return null
  return `/finance/months/${month}/item?${new URLSearchParams({ kind, object, currency }).toString()}`
}

function settleWords(
  { object, currency }: DifferenceRecord,
  { text, record }: Pick<MonthView, 'text' | 'record'>,
): string {
  const waits = record.writeOffs.some(
    (one) => one.object === object && one.currency === currency && waitsForApproval(one),
  )
  return text.finance(waits ? 'items.waiting' : 'items.settle')
}

/** What the clearing account holds at the end of the month, or held, and nobody has to do anything about. */
export function timingDifferences(view: MonthView): Html {
  const { text, record, books, printedAt } = view
  const t = text.finance
  const groups = groupsOf(timingDifferencesOf(record))
  if (groups.length === 0) return html``
  const held = books.sheet.rows
    .filter(({ account, closing }) => account === 'stripe_clearing' && closing !== 0)
    .map(({ currency, closing }) => ({ currency, amount: closing }))
  return html`<h2 id="timing">${t('timing.title')}</h2>
    <p class="quiet">
      ${t('timing.lead')}
      ${
        held.length === 0
          ? t('timing.heldNothing', { day: dayName(books.sheet.to, text) })
          : t('timing.held', { day: dayName(books.sheet.to, text), amounts: sumsText(held, text) })
      }
    </p>
    ${linkToItemsFile(view, 'timing')}
    ${groups.map((group) => {
      const { title, means } = kindWords(group.kind, text)
      return html`<details class="item-group" ${printedAt || groups.length === 1 ? html`open=""` : ''}>
        <summary>
          ${title}
          <span class="sum">
            <span class="quiet">${t('items.count', counted(itemCount(group.items), text))}</span>
            ${sumsText(group.sums, text)}
          </span>
        </summary>
        <p>${means}</p>
        ${timingTable(title, group.items.slice(0, shownItems(view)), view)} ${notListed(group, view)}
        ${further(group, view)}
      </details>`
    })}`
}

/** The two days say why the amount stood in the account in between. */
function timingTable(
  caption: string,
  items: readonly DifferenceRecord[],
  { text, facts }: Pick<MonthView, 'text' | 'facts'>,
): Html {
  const t = text.finance
  const day = (known: string | null | undefined) => (known ? dayName(known, text) : t('timing.notYet'))
  return table(
    caption,
    [
      { label: t('timing.settledOn') },
      { label: t('timing.recordedOn') },
      { label: t('column.what') },
      { label: t('column.amount'), isNumber: true },
    ],
    items.map((item) => {
      const known = facts.get(item.object)
      const ofOne = furtherCount(item) === null
      return [
        ofOne ? day(known?.settledOn) : t('items.noDay'),
        ofOne ? day(known?.recordedOn) : t('items.noDay'),
        html`<div>${itemName(item, known, text)}</div>`,
        amountText(item.amount, item.currency, text),
      ]
    }),
  )
}

/** What keeps nobody from closing the month, folded, and what a standing explanation explains. */
export function notices(view: MonthView): Html {
  const { text, record } = view
  const t = text.finance
  const explained = record.differences.filter(({ explained: is, kind }) => is && !isTimingDifference(kind))
  const forEver = groupsOf(explained.filter(({ explanation }) => explanation !== null))
  const others = groupsOf(explained.filter(({ explanation }) => explanation === null))
  return html`${
    forEver.length === 0
      ? ''
      : html`<h2>${t('items.explainedForEver')}</h2>
          ${forEver.map((group) => foldedGroup(group, view))}`
  }
  ${
    others.length === 0
      ? ''
      : html`<h2 id="notices">${t('items.forInformation')}</h2>
          <p class="quiet">${t('items.forInformationLead')}</p>
          ${others.map((group) => foldedGroup(group, view))}`
  }`
}

function foldedGroup(group: ItemGroup, view: MonthView): Html {
  const { text, printedAt } = view
  const words = kindWords(group.kind, text, group.items[0])
  const explanations = new Map(
    group.items.flatMap(({ type, explanation }) =>
      explanation ? [[explanation.id, { type, ...explanation }]] : [],
    ),
  )
  return html`<details class="item-group" ${printedAt ? html`open=""` : ''}>
    <summary>
      ${words.title}
      <span class="sum">
        <span class="quiet">${text.finance('items.count', counted(itemCount(group.items), text))}</span>
        ${sumsText(group.sums, text)}
      </span>
    </summary>
    <p>${words.means} ${words.todo}</p>
    ${[...explanations.values()].map((one) => standing(one, view))}
    ${itemsTable(words.title, group.items.slice(0, shownItems(view)), view)} ${notListed(group, view)}
    ${further(group, view)}
  </details>`
}

type Standing = NonNullable<DifferenceRecord['explanation']> & { readonly type: string | null }

function standing(explanation: Standing, view: MonthView): Html {
  const { text, month, record, mayChange, printedAt } = view
  const t = text.finance
  const { id, type, reason, madeBy: who, madeAt } = explanation
  return html`<p>
      ${withMarkup(t, 'settle.everBy', {
        type: movementInWords(type ?? '', text),
        reason,
        who,
        time: dateAndTime(new Date(madeAt), view),
      })}
    </p>
    ${
      mayChange && !record.closed && !printedAt
        ? html`<form method="post" action="/finance/months/${month}/explanations/${id}/end">
            <button class="button plain" type="submit">${t('settle.everEnd')}</button>
          </form>`
        : ''
    }`
}

/** Accepted exceptions: those of this month, and folded those that earlier months accepted. */
export function acceptedExceptions(view: MonthView): Html {
  const { text, record, printedAt } = view
  const t = text.finance
  if (record.signOffs.length === 0) return html``
  const here = record.signOffs.filter(({ month }) => month === record.month)
  const before = record.signOffs.filter(({ month }) => month !== record.month)
  return html`<h2 id="accepted">${t('items.accepted')}</h2>
    <p class="quiet">${t('items.acceptedLead')}</p>
    ${linkToItemsFile(view, 'accepted')}
    ${here.length === 0 ? '' : html`<div class="item-group">${signOffTable(here, view)}</div>`}
    ${
      before.length === 0
        ? ''
        : html`<details class="item-group" ${printedAt ? html`open=""` : ''}>
            <summary>
              ${t('items.acceptedBefore', { count: before.length })}
              <span class="sum">${sumsText(groupsOfSignOffs(before), text)}</span>
            </summary>
            ${signOffTable(before, view)}
          </details>`
    }`
}

function groupsOfSignOffs(signOffs: readonly SignOffRecord[]) {
  return [...Map.groupBy(signOffs, ({ currency }) => currency)].map(([currency, rows]) => ({
    currency,
    amount: rows.reduce((sum, { amount }) => sum + amount, 0),
  }))
}

function signOffTable(signOffs: readonly SignOffRecord[], view: MonthView): Html {
  const { text, facts } = view
  const t = text.finance
  return table(
    t('items.accepted'),
    [
      { label: t('column.date') },
      { label: t('column.what') },
      { label: t('column.reason') },
      { label: t('column.amount'), isNumber: true },
    ],
    signOffs.slice(0, ITEMS_PRINTED).map((one) => [
      itemDay(facts.get(one.object), text),
      html`<div>
        ${itemName(one, facts.get(one.object), text)}
        <span class="quiet small note">${kindWords(one.kind, text).title}</span>
      </div>`,
      html`<div>
        ${one.reason}
        <span class="quiet small note">
          ${t('items.acceptedIn', { month: monthName(one.month, text), who: one.signedOffBy })}
        </span>
      </div>`,
      one.currency === 'xxx' ? '–' : amountText(one.amount, one.currency, text),
    ]),
  )
}
