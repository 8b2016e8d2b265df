import { html } from 'hono/html'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import type { LedgerAccount } from '../../../ledger/ledger.ts'
import type { Html } from '../../../html/layout.ts'
import { financePage, table, type FinanceFrame } from '../frame/finance-layout-view.ts'
import { shownForm } from '../frame/kept-form-view.ts'
import { toSettings } from './settings-view.ts'

const ACTION = '/finance/settings/accounts'

export type AccountLine = { readonly account: LedgerAccount; readonly code: string; readonly name: string }

export type AccountCodesView = FinanceFrame & {
  readonly lines: readonly AccountLine[]
  readonly isSaved: boolean
  readonly mayChange: boolean
}

export function accountCodesPage(view: AccountCodesView): string {
  const { text, isSaved, mayChange } = view
  const t = text.finance
  const title = t('accounts.title')
  const columns = [
    { label: t('column.account') },
    { label: t('accounts.code') },
    { label: t('accounts.name') },
  ]
  const lines = (mayChangeThem: boolean) =>
    table(
      t('accounts.caption'),
      columns,
      view.lines.map((line) => cells(line, { ...view, mayChange: mayChangeThem })),
      undefined,
      'figures',
    )
  return financePage(view, {
    title,
    current: 'settings',
    body: html`${toSettings(view)}
      <h1>${title}</h1>
      ${isSaved ? html`<p class="notice" role="status">${t('accounts.saved')}</p>` : ''}
      <p>${t('accounts.lead')}</p>
      <p class="quiet">${t('accounts.hint')}</p>
      ${
        mayChange
          ? html`<form class="account-codes" method="post" action="${ACTION}">
                ${lines(true)}
                <button class="button" type="submit">${t('accounts.save')}</button>
              </form>
              <div class="on-paper-only">${lines(false)}</div>`
          : html`${lines(false)}
              <p class="quiet">${t('accounts.readOnly')}</p>`
      }`,
  })
}

function cells({ account, code, name }: AccountLine, view: AccountCodesView): readonly (Html | string)[] {
  const t = view.text.finance
  const words = t(`accounts.account.${account}`)
  if (!view.mayChange) return [words, code === '' ? '–' : code, name === '' ? '–' : name]
  const { typed, problems } = shownForm(view, ACTION)
  const input = (field: 'code' | 'name', value: string, label: string, longest: number) =>
    html`<input
        id="${field}-${account}"
        name="${field}-${account}"
        type="text"
        autocomplete="off"
        aria-label="${label}"
        maxlength="${longest}"
        value="${typed(`${field}-${account}`, value)}"
        ${describedBy(`${field}-${account}`, problems)}
      />
      ${fieldProblem(`${field}-${account}`, problems)}`
  return [
    words,
    input('code', code, t('accounts.codeOf', { account: words }), 50),
    input('name', name, t('accounts.nameOf', { account: words }), 150),
  ]
}
