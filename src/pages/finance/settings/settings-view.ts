import { html } from 'hono/html'
import { mayActAs, type Role } from '../../../access/role.ts'
import type { Html } from '../../../html/layout.ts'
import { financePage, type FinanceFrame } from '../frame/finance-layout-view.ts'

/**
 * Every page of settings, in the order of the list, with the role that it asks for. Its title and what it is for stand
 * under the same name in `text/en/finance/settings.ts`.
 */
const SETTINGS = {
  staff: { url: '/finance/settings/staff', role: 'admin' },
  leave: { url: '/finance/settings/staff/remove', role: 'admin' },
  tokens: { url: '/finance/settings/tokens', role: 'admin' },
  goals: { url: '/finance/settings/goals', role: 'auditor' },
  webhooks: { url: '/finance/settings/webhooks', role: 'admin' },
  accounts: { url: '/finance/settings/accounts', role: 'auditor' },
  funds: { url: '/finance/settings/funds', role: 'auditor' },
  protection: { url: '/finance/settings/protection', role: 'auditor' },
  audit: { url: '/finance/settings/audit', role: 'auditor' },
} as const satisfies Readonly<Record<string, { readonly url: string; readonly role: Role }>>

/** The list of settings that the member of staff may open. */
export function settingsPage(frame: FinanceFrame): string {
  const { text, role } = frame
  const t = text.finance
  // `Object.keys` loses the names of the settings.
  const names = (Object.keys(SETTINGS) as (keyof typeof SETTINGS)[]).filter((name) =>
    mayActAs(role, SETTINGS[name].role),
  )
  return financePage(frame, {
    title: t('settings.title'),
    current: 'settings',
    body: html`<h1>${t('settings.title')}</h1>
      <dl class="report-list">
        ${names.map(
          (name) =>
            html`<div>
              <dt><a href="${SETTINGS[name].url}">${t(`settings.list.${name}.title`)}</a></dt>
              <dd>${t(`settings.list.${name}.answers`)}</dd>
            </div>`,
        )}
      </dl>`,
  })
}

/** The link from a page of settings back to their list. */
export function toSettings({ text }: FinanceFrame): Html {
  return html`<p class="back"><a href="/finance/settings">${text.finance('settings.back')}</a></p>`
}
