import { html } from 'hono/html'
import { auditedActs, type AuditedAct } from '../../../../access/audit/audit-trail.ts'
import type { StoredAct } from '../../../../access/audit/audit-trail-record.ts'
import { mayActAs } from '../../../../access/role.ts'
import { parseMonth } from '../../../../calendar/month.ts'
import {
  describedBy,
  fieldProblem,
  problemSummary,
  type FormProblem,
} from '../../../../html/form-problems-view.ts'
import { withMarkup, type Html } from '../../../../html/layout.ts'
import { formatMoney, storedMoney } from '../../../../money/money.ts'
import {
  codeInWords,
  dateAndTime,
  financePage,
  monthName,
  ownDirection,
  table,
  type FinanceFrame,
} from '../../frame/finance-layout-view.ts'
import { chainSection } from './audit-check-view.ts'
import { changesList } from './audit-changes-view.ts'
import { toSettings } from '../settings-view.ts'

/** The filters as they were typed. */
export type AuditFilters = {
  readonly actor: string
  readonly act: string
  readonly subject: string
  readonly from: string
  readonly to: string
}

export type AuditView = FinanceFrame & {
  readonly filters: AuditFilters
  readonly problems: readonly FormProblem[]
  readonly acts: readonly StoredAct[]
  readonly isLaterPage: boolean
  readonly nextCursor: string | null
  /** Addresses of staff and names of tokens, as suggestions. */
  readonly actorNames: readonly string[]
  readonly head: { readonly position: bigint; readonly line: string }
}

const NO_FILTERS: AuditFilters = { actor: '', act: '', subject: '', from: '', to: '' }
const PATH = '/finance/settings/audit'

export function auditPage(view: AuditView): string {
  const { text, problems } = view
  const t = text.finance
  const title = t('audit.title')
  return financePage(view, {
    title: problems.length > 0 ? text.shared('errorTitle', { title }) : title,
    current: 'settings',
    body: html`${toSettings(view)}
      <h1>${title}</h1>
      ${problemSummary(text, problems)}
      <p>${t('audit.lead')}</p>
      ${filterForm(view)}
      <div class="trail">${acts(view)}</div>
      ${pages(view)} ${chainSection(view)}`,
  })
}

function filterForm(view: AuditView): Html {
  const { text, filters, problems, actorNames } = view
  const t = text.finance
  const isOpen = isFiltered(filters) || problems.length > 0
  return html`<details class="filters" ${isOpen ? html`open=""` : ''}>
    <summary>${t('audit.filters')}</summary>
    <form method="get" action="${PATH}">
      <div class="filter-fields">
        <div class="field">
          <label for="actor">${t('audit.actor')}</label>
          <input
            id="actor"
            name="actor"
            type="text"
            list="actors"
            autocomplete="off"
            maxlength="300"
            value="${filters.actor}"
            ${describedBy('actor', problems, true)}
          />
          <p class="quiet small" id="actor-hint">${t('audit.actorHint')}</p>
          ${fieldProblem('actor', problems)}
        </div>
        <div class="field">
          <label for="act">${t('audit.what')}</label>
          <select id="act" name="act" ${describedBy('act', problems)}>
            <option value="">${t('audit.everything')}</option>
            ${auditedActs.map(
              (act) =>
                html`<option value="${act}" ${act === filters.act ? html`selected` : ''}>
                  ${t(`audit.act.${act}`)}
                </option>`,
            )}
          </select>
          ${fieldProblem('act', problems)}
        </div>
        <div class="field">
          <label for="subject">${t('audit.subject')}</label>
          <input
            id="subject"
            name="subject"
            type="text"
            autocomplete="off"
            maxlength="300"
            value="${filters.subject}"
            ${describedBy('subject', problems, true)}
          />
          <p class="quiet small" id="subject-hint">${t('audit.subjectHint')}</p>
          ${fieldProblem('subject', problems)}
        </div>
        ${dayField('from', view)} ${dayField('to', view)}
      </div>
      <datalist id="actors">${actorNames.map((name) => html`<option value="${name}"></option>`)}</datalist>
      <div class="actions">
        <button class="button" type="submit">${t('audit.apply')}</button>
        ${isFiltered(filters) ? html`<a href="${PATH}">${t('audit.clear')}</a>` : ''}
      </div>
    </form>
  </details>`
}

function dayField(name: 'from' | 'to', { text, filters, problems }: AuditView): Html {
  return html`<div class="field">
    <label for="${name}">${text.finance(`audit.${name}`)}</label>
    <input id="${name}" name="${name}" type="date" value="${filters[name]}" ${describedBy(name, problems)} />
    ${fieldProblem(name, problems)}
  </div>`
}

function isFiltered(filters: AuditFilters): boolean {
  return Object.values(filters).some((value) => value !== '')
}

function acts(view: AuditView): Html {
  const { text, acts: shown, filters, problems, isLaterPage } = view
  const t = text.finance
  if (problems.length > 0) return html``
  if (shown.length === 0)
    return html`<p class="notice">${t(isFiltered(filters) ? 'audit.none' : 'audit.noneYet')}</p>`
  return table(
    t(isLaterPage ? 'audit.earlier' : 'audit.latest'),
    [
      { label: t('audit.column.when') },
      { label: t('audit.column.what') },
      { label: t('audit.column.changes') },
    ],
    shown.map((act) => [
      html`<div>
        ${dateAndTime(act.at, view)}
        <div class="quiet small">
          ${t('audit.number', { position: act.position.toLocaleString(text.language) })}
        </div>
      </div>`,
      html`<div>
        <strong>${isKnown(act.act) ? t(`audit.act.${act.act}`) : codeInWords(act.act)}</strong>
        <div>${about(act, view)}</div>
        <div>${actor(act, view)}</div>
      </div>`,
      changesList(act, view),
    ]),
    undefined,
    'lines',
  )
}

/** A newer release may have recorded acts that this one does not know. */
function isKnown(act: string): act is AuditedAct {
  return auditedActs.some((known) => known === act)
}

function actor({ actorKind, actorName }: StoredAct, { text }: AuditView): Html {
  const kind = text.finance(`audit.actorKind.${actorKind}`)
  if (actorName === null) return html`${kind}`
  const words = { name: html`<a href="${addressOf({ ...NO_FILTERS, actor: actorName })}">${actorName}</a>` }
  return html`<span class="small">${withMarkup(text.finance, 'audit.by', words)}</span>
    <span class="quiet small">${kind}</span>`
}

/** What an act is about, led to where the member of staff may open it, and to everything that was done about it. */
function about(act: StoredAct, view: AuditView): Html {
  const t = view.text.finance
  const { url, words } = subjectPage(act, view)
  const isOpen = url !== null && mayActAs(view.role, url.role)
  return html`${isOpen ? html`<a href="${url.path}">${words}</a>` : words}
    <a class="quiet small" href="${addressOf({ ...NO_FILTERS, subject: act.subject })}"
      >${t('audit.onlyThis')}</a
    >`
}

function subjectPage(
  { subject, subjectName, subjectMinor, subjectCurrency }: StoredAct,
  { text }: AuditView,
) {
  const t = text.finance
  const [kind = '', id = ''] = [
    subject.slice(0, subject.indexOf('/')),
    subject.slice(subject.indexOf('/') + 1),
  ]
  const to = (path: string, role: 'auditor' | 'admin' = 'auditor') => ({ path, role })
  const part = encodeURIComponent(id)
  const amount =
    subjectMinor === null || subjectCurrency === null
      ? null
      : formatMoney(storedMoney(subjectMinor, subjectCurrency), text.language)
  const name = subjectName ?? short(id)
  switch (kind) {
    case 'donation': {
      const gift =
        subjectName === null
          ? t('payout.giftOfUnknown')
          : withMarkup(t, 'payout.giftOf', { name: ownDirection(subjectName) })
      const words =
        amount === null
          ? t('audit.kind.donationGone', { id: short(id) })
          : withMarkup(t, 'audit.kind.donation', { gift, amount })
      return { words, url: to(`/finance/donations/${part}`) }
    }
    case 'donor':
      return { words: t('audit.kind.donor', { id: short(id) }), url: to(`/finance/donors/${part}`) }
    case 'month': {
      const month = parseMonth(id)
      return month
        ? { words: monthName(month, text), url: to(`/finance/months/${part}`) }
        : { words: id, url: null }
    }
    case 'deposit':
    case 'payout':
      return {
        words: amount === null ? t('audit.kind.depositGone', { id }) : t('audit.kind.deposit', { amount }),
        url: to(`/finance/deposits/${part}`),
      }
    case 'staff':
      return { words: ownDirection(name), url: to('/finance/settings/staff', 'admin') }
    case 'token':
      return { words: t('audit.kind.token', { name }), url: to('/finance/settings/tokens', 'admin') }
    default: {
      const place = PLACES[kind === 'settings' ? subject : kind]
      return place
        ? {
            words: t(`audit.kind.${place.words}`),
            url: place.path === null ? null : to(place.path, place.role),
          }
        : { words: t('audit.kind.other', { kind: codeInWords(kind.replaceAll('-', ' ')), id }), url: null }
    }
  }
}

/** Where what an act is about is to be seen, for what has no name of its own. */
const PLACES: Readonly<
  Record<
    string,
    {
      readonly words:
        | 'accounts'
        | 'bankStatement'
        | 'explanation'
        | 'export'
        | 'funds'
        | 'goal'
        | 'import'
        | 'newsletterDelivery'
        | 'newsletterReader'
        | 'otherActivity'
        | 'protection'
        | 'statements'
        | 'subscription'
        | 'view'
        | 'webhook'
        | 'writeOff'
      readonly path: string | null
      readonly role?: 'auditor' | 'admin'
    }
  >
> = {
  'bank-statement': { words: 'bankStatement', path: '/finance/deposits/bank' },
  explanation: { words: 'explanation', path: null },
  export: { words: 'export', path: '/finance/exports' },
  goal: { words: 'goal', path: '/finance/settings/goals' },
  import: { words: 'import', path: '/finance/imports' },
  'newsletter-consent': { words: 'newsletterReader', path: '/finance/reports/newsletter' },
  'newsletter-delivery': { words: 'newsletterDelivery', path: '/finance/reports/newsletter' },
  'settings/accounts': { words: 'accounts', path: '/finance/settings/accounts' },
  'settings/funds': { words: 'funds', path: '/finance/settings/funds' },
  'settings/other-activity': { words: 'otherActivity', path: null },
  'settings/protection': { words: 'protection', path: '/finance/settings/protection' },
  statements: { words: 'statements', path: '/finance/statements' },
  subscription: { words: 'subscription', path: null },
  view: { words: 'view', path: '/finance/donations' },
  'webhook-endpoint': { words: 'webhook', path: '/finance/settings/webhooks', role: 'admin' },
  'write-off': { words: 'writeOff', path: null },
}

/** The first part of a UUID is enough to tell rows apart; anything else is shown whole. */
function short(id: string): string {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id) ? id.slice(0, 8) : id
}

function addressOf(filters: AuditFilters, cursor: string | null = null): string {
  const given = Object.entries({ ...filters, cursor: cursor ?? '' }).filter(([, value]) => value !== '')
  return given.length === 0 ? PATH : `${PATH}?${new URLSearchParams(given).toString()}`
}

function pages({ text, filters, isLaterPage, nextCursor }: AuditView): Html {
  const t = text.finance
  if (!isLaterPage && nextCursor === null) return html``
  return html`<nav class="pages" aria-label="${t('audit.pages')}">
    ${isLaterPage ? html`<a href="${addressOf(filters)}">${t('audit.toLatest')}</a>` : ''}
    ${nextCursor === null ? '' : html`<a rel="next" href="${addressOf(filters, nextCursor)}">${t('audit.toEarlier')}</a>`}
  </nav>`
}
