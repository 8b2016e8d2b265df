import { html } from 'hono/html'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import { restrictionKinds, type Restriction } from '../../../newsroom/restriction.ts'
import { financePage, table, type FinanceFrame } from '../frame/finance-layout-view.ts'
import { shownForm } from '../frame/kept-form-view.ts'
import { toSettings } from './settings-view.ts'

const ACTION = '/finance/settings/funds'

export type FundsView = FinanceFrame & {
  readonly restrictions: readonly Restriction[]
  readonly done: 'marked' | 'removed' | null
  readonly mayChange: boolean
}

/** The campaigns and stories whose gifts are restricted to the purpose of a fund. */
export function fundsPage(view: FundsView): string {
  const { text, done, mayChange, restrictions } = view
  const t = text.finance
  const title = t('funds.title')
  return financePage(view, {
    title,
    current: 'settings',
    body: html`<div class="overview">
      ${toSettings(view)}
      <h1>${title}</h1>
      ${done === null ? '' : html`<p class="notice" role="status">${t(`funds.done.${done}`)}</p>`}
      <p>${t('funds.lead')}</p>
      ${restrictions.length === 0 ? html`<p class="notice">${t('funds.none')}</p>` : marked(view)}
      ${mayChange ? form(view) : html`<p class="quiet">${t('funds.readOnly')}</p>`}
    </div>`,
  })
}

function marked({ restrictions, mayChange, text }: FundsView): Html {
  const t = text.finance
  return table(
    t('funds.caption'),
    [
      { label: t('overview.fund') },
      { label: t('funds.kind') },
      { label: t('funds.key') },
      ...(mayChange ? [{ label: t('funds.change') }] : []),
    ],
    restrictions.map(({ kind, key, fund }) => [
      html`<a href="/finance/donations?${new URLSearchParams({ fund }).toString()}">${fund}</a>`,
      t(`funds.kinds.${kind}`),
      key,
      ...(mayChange
        ? [
            html`<form method="post" action="/finance/settings/funds/remove">
              <input type="hidden" name="kind" value="${kind}" />
              <input type="hidden" name="key" value="${key}" />
              <button class="button plain" type="submit" aria-label="${t('funds.removeOf', { key })}">
                ${t('funds.remove')}
              </button>
            </form>`,
          ]
        : []),
    ]),
  )
}

function form(view: FundsView): Html {
  const t = view.text.finance
  const { typed, problems } = shownForm(view, ACTION)
  const field = (id: 'key' | 'fund', label: string, longest: number) =>
    html`<div class="field">
      <label for="${id}">${label}</label>
      <input
        id="${id}"
        name="${id}"
        type="text"
        autocomplete="off"
        maxlength="${longest}"
        value="${typed(id)}"
        required
        ${describedBy(id, problems)}
      />
      ${fieldProblem(id, problems)}
    </div>`
  return html`<h2>${t('funds.add')}</h2>
    <form method="post" action="${ACTION}">
      <fieldset class="roles" id="kind" ${describedBy('kind', problems)}>
        <legend>${t('funds.kind')}</legend>
        ${fieldProblem('kind', problems)}
        ${restrictionKinds.map(
          (kind) =>
            html`<label class="role"
              ><input
                type="radio"
                name="kind"
                value="${kind}"
                required
                ${kind === typed('kind', 'campaign') ? html`checked` : ''}
              />
              ${t(`funds.kinds.${kind}`)}</label
            >`,
        )}
      </fieldset>
      ${field('key', t('funds.keyHint'), 2000)} ${field('fund', t('funds.fundName'), 100)}
      <button class="button" type="submit">${t('funds.mark')}</button>
    </form>`
}
