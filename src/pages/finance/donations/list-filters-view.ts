import { html } from 'hono/html'
import { frequencies } from '../../../checkout/attribution.ts'
import { describedBy, fieldProblem, type FormProblem } from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import { donationStatuses } from '../../../refunds/donation-balance.ts'
import { orders, sorts } from '../../../reports/donation-list/donation-search.ts'
import type { Text } from '../../../text/text.ts'
import { bases } from '../../../reports/totals/grouping.ts'
import type { ListAddress, ListField } from './list-address-view.ts'

type FiltersView = {
  readonly text: Text
  readonly typed: ListAddress
  readonly problems: readonly FormProblem[]
  /** The names of the newsroom’s funds. */
  readonly funds: readonly string[]
}

const QUICK_PERIODS = ['this_month', 'last_month', 'this_year', 'last_year'] as const

/** The search box, the periods by name, and every other filter behind one click. It works without scripts. */
export function giftFilters(view: FiltersView, isNarrowed: boolean): Html {
  const { text, typed, problems } = view
  const t = text.finance
  const { q: _q, sort: _sort, order: _order, period: _period, ...others } = typed
  // A fund that was renamed or ended stays what the address asks for.
  const funds = [...new Set([...view.funds, ...(typed.fund === undefined ? [] : [typed.fund])])]
  const isOpen = problems.some(({ fieldId }) => fieldId !== 'q')
  const count = Object.keys(others).length
  return html`<form class="gift-search" method="get" action="/finance/donations">
    <div class="search-line">
      <label for="q">${t('gifts.search')}</label>
      <input
        id="q"
        type="search"
        name="q"
        maxlength="200"
        value="${typed.q ?? ''}"
        ${describedBy('q', problems, true)}
      />
      <button class="button" type="submit">${t('gifts.show')}</button>
    </div>
    ${fieldProblem('q', problems)}
    <p class="quiet small" id="q-hint">${t('gifts.searchHint')}</p>
    ${typed.period === undefined ? '' : html`<input type="hidden" name="period" value="${typed.period}" />`}
    ${fieldProblem('period', problems)}
    <nav class="quick-periods" aria-label="${t('gifts.field.period')}">
      ${QUICK_PERIODS.map((period) => periodLink(period, view))} ${periodLink('', view)}
      ${isNarrowed ? html`<a href="/finance/donations">${t('gifts.clear')}</a>` : ''}
    </nav>
    <details class="gift-filters" ${isOpen ? html`open="open"` : ''}>
      <summary>${count === 0 ? t('gifts.filters') : t('gifts.filtersSet', { count })}</summary>
      <div class="filter-grid">
        ${textField('from', view, 'date')} ${textField('to', view, 'date')}
        ${selectField(
          'basis',
          view,
          bases.map((value) => ({ value, words: t(`gifts.basis.${value}`) })),
          null,
        )}
        ${selectField(
          'status',
          view,
          donationStatuses.map((value) => ({ value, words: t(`status.${value}`) })),
        )}
        ${textField('atLeast', view)} ${textField('atMost', view)} ${textField('currency', view)}
        ${selectField(
          'frequency',
          view,
          frequencies.map((value) => ({ value, words: t(`gifts.frequency.${value}`) })),
        )}
        ${textField('story', view)} ${textField('campaign', view)}
        ${
          funds.length === 0
            ? ''
            : selectField(
                'fund',
                view,
                funds.map((value) => ({ value, words: value })),
              )
        }
        ${textField('receipt', view)} ${textField('payout', view)} ${textField('donor', view)}
        ${typed.import === undefined ? '' : textField('import', view)}
        ${selectField(
          'sort',
          view,
          sorts.map((value) => ({ value, words: t(`gifts.sort.${value}`) })),
          null,
        )}
        ${selectField(
          'order',
          view,
          orders.map((value) => ({ value, words: t(`gifts.order.${value}`) })),
          null,
        )}
      </div>
      <div class="actions"><button class="button plain" type="submit">${t('gifts.apply')}</button></div>
    </details>
  </form>`
}

function periodLink(period: (typeof QUICK_PERIODS)[number] | '', { text, typed }: FiltersView): Html {
  const { from, to, period: current, ...kept } = typed
  const fields = period === '' ? kept : { ...kept, period }
  const isCurrent = from === undefined && to === undefined && (current ?? '') === period
  const query = new URLSearchParams(Object.entries(fields)).toString()
  const words = text.finance(period === '' ? 'gifts.allTime' : `gifts.periods.${period}`)
  return html`<a
    href="/finance/donations${query === '' ? '' : `?${query}`}"
    ${isCurrent ? html`aria-current="true"` : ''}
    >${words}</a
  >`
}

function textField(
  name: ListField,
  { text, typed, problems }: FiltersView,
  type: 'text' | 'date' = 'text',
): Html {
  return html`<div class="field">
    <label for="${name}">${text.finance(`gifts.field.${name}`)}</label>
    <input
      id="${name}"
      type="${type}"
      name="${name}"
      value="${typed[name] ?? ''}"
      ${describedBy(name, problems)}
    />
    ${fieldProblem(name, problems)}
  </div>`
}

/** @param any the words for no choice; null: the first choice is the usual one */
function selectField(
  name: ListField,
  { text, typed, problems }: FiltersView,
  choices: readonly { readonly value: string; readonly words: string }[],
  any: string | null = text.finance('gifts.any'),
): Html {
  return html`<div class="field">
    <label for="${name}">${text.finance(`gifts.field.${name}`)}</label>
    <select id="${name}" name="${name}" ${describedBy(name, problems)}>
      ${any === null ? '' : html`<option value="">${any}</option>`}
      ${choices.map(
        ({ value, words }) =>
          html`<option value="${value}" ${typed[name] === value ? html`selected` : ''}>${words}</option>`,
      )}
    </select>
    ${fieldProblem(name, problems)}
  </div>`
}
