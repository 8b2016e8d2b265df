import { html } from 'hono/html'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import { itemCount } from '../../../reconciliation/items/clearing-item.ts'
import { isStandingKind } from '../../../reconciliation/explanations/standing-explanation.ts'
import { mayBeWrittenOff, writeOffTargets } from '../../../reconciliation/write-offs/write-off.ts'
import type { DifferenceRecord } from '../../../reconciliation/reconciliation-record.ts'
import {
  accountInWords,
  amountText,
  dayName,
  financePage,
  monthName,
  movementInWords,
} from '../frame/finance-layout-view.ts'
import { shownForm } from '../frame/kept-form-view.ts'
import { itemsTable } from './item-groups-view.ts'
import { notListed } from './items-file-view.ts'
import { groupsOf, waitsForApproval, type MonthView } from './month-parts-view.ts'
import { counted, itemDay, itemName, kindWords, sumsText } from './month-words-view.ts'
import { operatorHelp } from './operator-help-view.ts'
import { writeOffs } from './write-offs-view.ts'

type Settling = {
  /** The day for which a write-off would count, `2026-03-31`. */
  readonly writeOffDay: string
  readonly needsApproval: boolean
}

export type ItemView = MonthView & Settling & { readonly item: DifferenceRecord }

/** One reconciling item, and the two acts that settle it. */
export function itemPage(view: ItemView): string {
  const { text, item, facts, month, record } = view
  const t = text.finance
  const words = kindWords(item.kind, text, item)
  const amount = item.currency === 'xxx' ? '–' : amountText(item.amount, item.currency, text)
  const title = t('settle.itemTitle', { title: words.title, amount })
  const own = record.writeOffs.filter((one) => one.object === item.object && one.currency === item.currency)
  const waits = own.some(waitsForApproval)
  return financePage(view, {
    title,
    current: 'months',
    body: html`<div class="month-page">
      <h1>${title}</h1>
      <p>
        ${facts.get(item.object)?.day ? html`${itemDay(facts.get(item.object), text)}: ` : ''}${itemName(item, facts.get(item.object), text)}
      </p>
      <dl class="explained-as">
        <dt>${t('items.what')}</dt>
        <dd>${words.means}</dd>
        <dt>${t('items.todo')}</dt>
        <dd>${words.todo}</dd>
      </dl>
      ${operatorHelp({ kind: item.kind, items: [item], sums: [item] }, view)}
      ${writeOffs({ ...view, record: { ...record, writeOffs: own } })}
      ${waits || item.explained || record.closed || !view.mayChange ? '' : forms(view)}
      <p>
        <a href="/finance/months/${month}#to-explain"
          >${t('items.backTo', { month: monthName(month, text) })}</a
        >
      </p>
    </div>`,
  })
}

function forms(view: ItemView): Html {
  const t = view.text.finance
  const { item, month } = view
  const accept = `/finance/months/${month}/sign-offs`
  return html`<h2>${t('settle.choose')}</h2>
    <div class="two-ways">
      <section>
        <h3>${t('settle.acceptTitle')}</h3>
        <p>${t('settle.acceptLead')}</p>
        <form method="post" action="${accept}">
          ${hidden(item)} ${reasonField('accept', accept, view)}
          <button class="button plain" type="submit">${t('settle.acceptSubmit')}</button>
        </form>
      </section>
      ${mayBeWrittenOff(item.kind) && item.currency !== 'xxx' ? writeOffForm(view) : ''}
    </div>
    ${everForm(view)}`
}

function hidden({ object, kind, currency, amount }: DifferenceRecord): Html {
  return html`<input type="hidden" name="object" value="${object}" />
    <input type="hidden" name="kind" value="${kind}" />
    <input type="hidden" name="currency" value="${currency}" />
    <input type="hidden" name="amount" value="${amount}" />`
}

function reasonField(form: 'accept' | 'write-off' | 'group' | 'ever', action: string, view: MonthView): Html {
  const t = view.text.finance
  const id = `reason-${form}`
  const { typed, problems } = shownForm(view, action)
  return html`<div class="field">
    <label for="${id}">${t('settle.reason')}</label>
    <textarea
      id="${id}"
      name="reason"
      rows="3"
      minlength="10"
      maxlength="1000"
      required
      ${describedBy(id, problems, true)}
    >
${typed('reason')}</textarea>
    ${fieldProblem(id, problems)}
    <p class="quiet small" id="${id}-hint">${t('settle.reasonHint')}</p>
  </div>`
}

function writeOffForm(view: ItemView): Html {
  const { text, item, month, writeOffDay, needsApproval } = view
  const t = text.finance
  const action = `/finance/months/${month}/write-offs`
  const { typed, problems } = shownForm(view, action)
  const chosen = typed('toAccount', 'write_offs')
  const lead = {
    day: dayName(writeOffDay, text),
    amount: amountText(item.amount, item.currency, text),
    account: accountInWords(item.kind.startsWith('payout_') ? 'payouts_in_transit' : 'stripe_clearing', text),
  }
  return html`<section>
    <h3>${t('settle.writeOffTitle')}</h3>
    <p>${t('settle.writeOffLead', lead)} ${needsApproval ? t('settle.writeOffNeedsApproval') : ''}</p>
    <form method="post" action="${action}">
      ${hidden(item)}
      <div class="field">
        <label for="to-account">${t('settle.account')}</label>
        <select id="to-account" name="toAccount" ${describedBy('to-account', problems)}>
          ${writeOffTargets.map(
            (target) =>
              html`<option value="${target}" ${target === chosen ? html`selected` : ''}>
                ${accountInWords(target, text)}
              </option>`,
          )}
        </select>
        ${fieldProblem('to-account', problems)}
      </div>
      ${reasonField('write-off', action, view)}
      <button class="button plain" type="submit">
        ${t(needsApproval ? 'settle.writeOffPrepare' : 'settle.writeOffSubmit')}
      </button>
    </form>
  </section>`
}

function everForm(view: ItemView): Html {
  const { text, item, month } = view
  const t = text.finance
  if (!isStandingKind(item.kind) || item.type === null) return html``
  const action = `/finance/months/${month}/explanations`
  return html`<section class="ever">
    <h2>${t('settle.everTitle', { type: movementInWords(item.type, text) })}</h2>
    <p>${t('settle.everLead')}</p>
    <form method="post" action="${action}">
      ${hidden(item)} <input type="hidden" name="type" value="${item.type}" />
      ${reasonField('ever', action, view)}
      <button class="button plain" type="submit">${t('settle.everSubmit')}</button>
    </form>
  </section>`
}

export type GroupView = MonthView &
  Settling & {
    readonly kind: string
    /** All items of the kind, and which part of them the page shows. */
    readonly items: readonly DifferenceRecord[]
    readonly page: number
  }

export const ITEMS_ON_A_PAGE = 50

/** All items of one kind in a month, page by page, with one explanation for all of them. */
export function groupPage(view: GroupView): string {
  const { text, month, kind, items, page, record } = view
  const t = text.finance
  const words = kindWords(kind, text, items[0])
  const first = (page - 1) * ITEMS_ON_A_PAGE
  const shown = items.slice(first, first + ITEMS_ON_A_PAGE)
  const open = items.filter(({ explained }) => !explained)
  const [group] = groupsOf(items)
  const caption = t('items.list', {
    title: words.title,
    from: first + 1,
    to: first + shown.length,
    count: items.length,
  })
  return financePage(view, {
    title: words.title,
    current: 'months',
    body: html`<div class="month-page">
      <h1>${words.title}</h1>
      <p class="lead">
        ${monthName(month, text)}: ${t('items.count', counted(itemCount(items), text))},
        ${sumsText(group?.sums ?? [], text)}
      </p>
      <dl class="explained-as">
        <dt>${t('items.what')}</dt>
        <dd>${words.means}</dd>
        <dt>${t('items.todo')}</dt>
        <dd>${words.todo}</dd>
      </dl>
      ${itemsTable(caption, shown, view)} ${groupPages(view)}
      ${group ? html`${notListed(group, view)} ${operatorHelp(group, view)}` : ''}
      ${open.length > 0 && !record.closed && view.mayChange ? groupForm(view, open) : ''}
      <p><a href="/finance/months/${month}">${t('items.backTo', { month: monthName(month, text) })}</a></p>
    </div>`,
  })
}

function groupPages({ text, month, kind, items, page }: GroupView): Html {
  const t = text.finance
  const to = (number: number) => `/finance/months/${month}/items/${kind}?page=${number}`
  const hasMore = items.length > page * ITEMS_ON_A_PAGE
  if (page === 1 && !hasMore) return html``
  return html`<nav class="pages" aria-label="${t('items.pages')}">
    ${page > 1 ? html`<a rel="prev" href="${to(page - 1)}">${t('items.newer')}</a>` : ''}
    ${hasMore ? html`<a rel="next" href="${to(page + 1)}">${t('items.older')}</a>` : ''}
  </nav>`
}

function groupForm(view: GroupView, open: readonly DifferenceRecord[]): Html {
  const { text, month, kind } = view
  const t = text.finance
  const action = `/finance/months/${month}/items/${kind}`
  const count = counted(itemCount(open), text)
  return html`<section class="ever">
    <h2>${t('settle.groupTitle')}</h2>
    <p>${t('settle.groupLead', count)}</p>
    <form method="post" action="${action}">
      <input type="hidden" name="seen" value="${open.length}" />
      ${reasonField('group', action, view)}
      <button class="button plain" type="submit">${t('settle.groupSubmit', count)}</button>
    </form>
  </section>`
}
