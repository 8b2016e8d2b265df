import { html } from 'hono/html'
import {
  fieldProblem,
  problemSummary,
  describedBy,
  type FormProblem,
} from '../../../html/form-problems-view.ts'
import type { LedgerAccount } from '../../../ledger/ledger.ts'
import type { Html } from '../../../html/layout.ts'
import { financePage, table, type FinanceFrame } from '../frame/finance-layout-view.ts'
import { toSettings } from './settings-view.ts'

export type AccountLine = { readonly account: LedgerAccount; readonly code: string; readonly name: string }

export type AccountCodesView = FinanceFrame & {
  readonly lines: readonly AccountLine[]
  readonly problems: readonly FormProblem[]
  readonly isSaved: boolean
  readonly mayChange: boolean
}

export function accountCodesPage(view: AccountCodesView): string {
  const { text, problems, isSaved, mayChange } = view
  const t = text.finance
  const title = t('accounts.title')
  const columns = [
    { label: t('column.account') },
    { label: t('accounts.code') },
    { label: t('accounts.name') },
  ]
  const lines = table(
    t('accounts.caption'),
    columns,
    view.lines.map((line) => cells(line, view)),
  )
  return financePage(view, {
    title: problems.length > 0 ? text.shared('errorTitle', { title }) : title,
    current: 'settings',
    body: html`${toSettings(view)}
      <h1>${title}</h1>
      ${problemSummary(text, problems)}
      ${isSaved ? html`<p class="notice" role="status">${t('accounts.saved')}</p>` : ''}
      <p>${t('accounts.lead')}</p>
      <p class="quiet">${t('accounts.hint')}</p>
      ${
        mayChange
          ? html`<form method="post" action="/finance/settings/accounts">
              ${lines}
              <button class="button" type="submit">${t('accounts.save')}</button>
            </form>`
          : html`${lines}
              <p class="quiet">${t('accounts.readOnly')}</p>`
      }`,
  })
}

function cells({ account, code, name }: AccountLine, view: AccountCodesView): readonly (Html | string)[] {
  const t = view.text.finance
  const words = t(`accounts.account.${account}`)
  if (!view.mayChange) return [words, code === '' ? '–' : code, name === '' ? '–' : name]
  const input = (field: 'code' | 'name', value: string, label: string, longest: number) =>
    html`<input
      id="${field}-${account}"
      name="${field}-${account}"
      type="text"
      autocomplete="off"
      aria-label="${label}"
      maxlength="${longest}"
      value="${value}"
      ${describedBy(`${field}-${account}`, view.problems)}
    />`
  return [
    words,
    html`${input('code', code, t('accounts.codeOf', { account: words }), 50)}
    ${fieldProblem(`code-${account}`, view.problems)}`,
    input('name', name, t('accounts.nameOf', { account: words }), 150),
  ]
}
