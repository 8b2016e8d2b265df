import { html } from 'hono/html'
import { mayActAs, type Role } from '../../../access/role.ts'
import type { Html } from '../../../html/layout.ts'
import { financePage, type FinanceFrame } from '../frame/finance-layout-view.ts'

export const setUpSteps = [
  'newsroom',
  'stripe',
  'webhooks',
  'mail',
  'sites',
  'gift',
  'staff',
  'codes',
] as const
export type SetUpStep = (typeof setUpSteps)[number]

export type StripeMode = 'offline' | 'test' | 'live'

export type SetUp = {
  readonly isDone: Readonly<Record<SetUpStep, boolean>>
  readonly mode: StripeMode
  /** Steps that are to do. */
  readonly left: number
}

export type SetUpView = FinanceFrame & {
  readonly setUp: SetUp
  readonly sites: readonly string[]
}

/** Where a step is done: on a page, or by variables that the operator sets. */
const WHERE: Readonly<
  Record<SetUpStep, { readonly url?: string; readonly role?: Role; readonly variables: readonly string[] }>
> = {
  newsroom: {
    variables: [
      'NEWSROOM_NAME',
      'NEWSROOM_ADDRESS',
      'NEWSROOM_EMAIL',
      'NEWSROOM_LEGAL_STATUS',
      'NEWSROOM_LEGAL_STATEMENT',
    ],
  },
  stripe: { variables: ['STRIPE_SECRET_KEY'] },
  webhooks: { variables: ['STRIPE_WEBHOOK_SECRET'] },
  mail: { variables: ['SMTP_URL'], url: '/finance/mail', role: 'finance' },
  sites: { variables: ['ALLOWED_ORIGINS'] },
  gift: { variables: [], url: '/donate', role: 'viewer' },
  staff: { variables: [], url: '/finance/settings/staff', role: 'admin' },
  codes: { variables: [], url: '/finance/settings/accounts', role: 'auditor' },
}

/** What a new newsroom has to do before the first gift counts, each step done or to do. No secret is shown. */
export function setUpPage(view: SetUpView): string {
  const { text, setUp } = view
  const t = text.finance
  return financePage(view, {
    title: t('setUp.title'),
    current: null,
    body: html`<h1>${t('setUp.title')}</h1>
      <p class="lead">${setUp.left === 0 ? t('setUp.ready') : t('setUp.left', { count: setUp.left })}</p>
      <ol class="set-up">
        ${setUpSteps.map((step) => stepPart(step, view))}
      </ol>
      <p class="quiet small">${t('setUp.variables')}</p>`,
  })
}

function stepPart(step: SetUpStep, { text, role, setUp, sites, newsroomName }: SetUpView): Html {
  const t = text.finance
  const isDone = setUp.isDone[step]
  const { url, role: needed, variables } = WHERE[step]
  const says: Partial<Record<SetUpStep, string>> = {
    newsroom: newsroomName,
    stripe: t(`setUp.mode.${setUp.mode}`),
    sites: sites.join(', '),
  }
  return html`<li>
    <h2>
      ${t(`setUp.step.${step}.title`)}
      <span class="status ${isDone ? 'good' : 'watch'}">${t(isDone ? 'setUp.done' : 'setUp.toDo')}</span>
    </h2>
    ${says[step] ? html`<p><strong>${says[step]}</strong></p>` : ''}
    <p>${t(`setUp.step.${step}.what`)}</p>
    ${variables.length === 0 ? '' : html`<p class="quiet">${t('setUp.set')} ${variables.map((name) => html`<code>${name}</code> `)}</p>`}
    ${
      url && needed && mayActAs(role, needed)
        ? html`<p>
            <a href="${url}"
              >${t('setUp.open')}<span class="visually-hidden">: ${t(`setUp.step.${step}.title`)}</span></a
            >
          </p>`
        : ''
    }
  </li>`
}
