import { html } from 'hono/html'
import { mayActAs, type Role } from '../../../access/role.ts'
import type { Html } from '../../../html/layout.ts'
import { financePage, type FinanceFrame } from '../frame/finance-layout-view.ts'

/** The groups of the list of reports, in their order on the page. */
const GROUPS = ['giving', 'books', 'donors'] as const

/**
 * Every report that staff can open from `/finance/reports`, in the order of the list, with the role that its page asks
 * for. Its title and the question that it answers stand under the same name in `text/en/finance/reports.ts`.
 */
const REPORTS = {
  overview: { group: 'giving', role: 'viewer', url: '/finance' },
  year: { group: 'giving', role: 'viewer', url: '/finance/reports/year' },
  stories: { group: 'giving', role: 'viewer', url: '/finance/reports/stories' },
  campaigns: { group: 'giving', role: 'viewer', url: '/finance/reports/campaigns' },
  recurring: { group: 'giving', role: 'viewer', url: '/finance/reports/recurring' },
  receipts: { group: 'books', role: 'auditor', url: '/finance/reports/receipts' },
  donors: { group: 'donors', role: 'auditor', url: '/finance/reports/donors' },
  statements: { group: 'donors', role: 'auditor', url: '/finance/statements' },
  questions: { group: 'donors', role: 'auditor', url: '/finance/messages' },
  imports: { group: 'donors', role: 'auditor', url: '/finance/imports' },
  newsletter: { group: 'donors', role: 'viewer', url: '/finance/reports/newsletter' },
  exports: { group: 'books', role: 'auditor', url: '/finance/exports' },
  income: { group: 'books', role: 'auditor', url: '/finance/reports/income' },
  accounts: { group: 'books', role: 'auditor', url: '/finance/reports/accounts' },
  trialBalance: { group: 'books', role: 'auditor', url: '/finance/reports/trial-balance' },
} as const satisfies Readonly<
  Record<string, { readonly group: (typeof GROUPS)[number]; readonly role: Role; readonly url: string }>
>

/** The list of reports that the member of staff may open. @param hasNewsletter whether the newsroom offers one */
export function reportIndexPage(frame: FinanceFrame, hasNewsletter: boolean): string {
  const t = frame.text.finance
  return financePage(frame, {
    title: t('reports.title'),
    current: 'reports',
    body: html`<h1>${t('reports.title')}</h1>
      ${GROUPS.map((group) => groupOf(group, frame, hasNewsletter))}`,
  })
}

function groupOf(group: (typeof GROUPS)[number], { text, role }: FinanceFrame, hasNewsletter: boolean): Html {
  const t = text.finance
  // `Object.keys` loses the names of the reports.
  const names = (Object.keys(REPORTS) as (keyof typeof REPORTS)[]).filter(
    (name) =>
      REPORTS[name].group === group &&
      mayActAs(role, REPORTS[name].role) &&
      (name !== 'newsletter' || hasNewsletter),
  )
  if (names.length === 0) return html``
  return html`<section>
    <h2>${t(`reports.group.${group}`)}</h2>
    <dl class="report-list">
      ${names.map(
        (name) =>
          html`<div>
            <dt><a href="${REPORTS[name].url}">${t(`reports.list.${name}.title`)}</a></dt>
            <dd>${t(`reports.list.${name}.answers`)}</dd>
          </div>`,
      )}
    </dl>
  </section>`
}
