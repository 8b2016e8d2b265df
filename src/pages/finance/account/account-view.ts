import { html } from 'hono/html'
import type { Role } from '../../../access/role.ts'
import { countFactors, type SecondFactors } from '../../../access/second-factor/second-factor.ts'
import type { ListedSession } from '../../../access/session/staff-session.ts'
import type { Html } from '../../../html/layout.ts'
import { dateAndTime, financePage, type FinanceFrame } from '../frame/finance-layout-view.ts'

/** What was just done, to be said at the top of the page. */
export const accountDone = [
  'added',
  'removed',
  'session_ended',
  'others_ended',
  'report_chosen',
  'report_ended',
] as const
export type AccountDone = (typeof accountDone)[number]

export type AccountView = FinanceFrame & {
  readonly role: Role
  readonly factors: SecondFactors
  /** Whether the role needs a second factor, so that the last one stays. */
  readonly isRequired: boolean
  readonly sessions: readonly ListedSession[]
  /** The session of this page. */
  readonly currentId: string
  /** Whether the monthly report is mailed to them. */
  readonly getsMonthlyReport: boolean
  readonly done: AccountDone | null
}

/** One's own second factors and sessions. */
export function accountPage(view: AccountView): string {
  const { text, staffEmail, role, done } = view
  const t = text.finance
  const title = t('account.title')
  return financePage(view, {
    title,
    current: null,
    body: html`<h1>${title}</h1>
      ${done ? html`<p class="notice" role="status">${t(`account.done.${done}`)}</p>` : ''}
      <p>${t('account.who', { email: staffEmail })} ${t(`account.role.${role}`)}</p>
      ${secondFactors(view)} ${sessionList(view)} ${mails(view)}`,
  })
}

function secondFactors(view: AccountView): Html {
  const { text, factors, isRequired } = view
  const t = text.finance
  const count = countFactors(factors)
  const { passkeys, totp, recoveryCodesLeft } = factors
  const mayRemove = !(isRequired && count === 1)
  return html`<section aria-labelledby="factors">
    <h2 id="factors">${t('account.factors')}</h2>
    ${count === 0 ? html`<p>${t('account.noFactor')}</p>` : ''}
    <ul class="things">
      ${passkeys.map((passkey) =>
        factor(view, {
          id: passkey.id,
          label: t('account.passkey', { name: passkey.name }),
          dates: passkey,
          mayRemove,
        }),
      )}
      ${totp ? factor(view, { id: 'totp', label: t('account.app'), dates: totp, mayRemove }) : ''}
    </ul>
    ${count > 0 && !mayRemove ? html`<p class="quiet small">${t('account.lastStays')}</p>` : ''}
    <div class="actions">
      <a class="button ${count > 0 ? 'plain' : ''}" href="/finance/account/second-factor"
        >${count === 0 ? t('account.addFirst') : t('account.addAnother')}</a
      >
    </div>
    ${
      count === 0
        ? ''
        : html`<h3>${t('account.recoveryCodes')}</h3>
            <form method="post" action="/finance/account/recovery-codes" class="thing">
              <p>${t('account.codesLeft', { count: recoveryCodesLeft })}</p>
              <button class="button plain" type="submit">${t('account.newCodes')}</button>
            </form>`
    }
  </section>`
}

type ListedFactor = {
  readonly id: string
  readonly label: string
  readonly dates: { readonly addedAt: Date; readonly lastUsedAt: Date | null }
  readonly mayRemove: boolean
}

function factor(view: AccountView, { id, label, dates, mayRemove }: ListedFactor): Html {
  const t = view.text.finance
  return html`<li class="thing">
    <div>
      <strong id="factor-${id}">${label}</strong>
      <p class="quiet small">
        ${t('account.addedAt')} ${dateAndTime(dates.addedAt, view)} ·
        ${dates.lastUsedAt ? html`${t('account.usedAt')} ${dateAndTime(dates.lastUsedAt, view)}` : t('account.neverUsed')}
      </p>
    </div>
    ${
      mayRemove
        ? html`<form method="post" action="/finance/account/second-factor/remove">
            <input type="hidden" name="factor" value="${id}" />
            <button class="button plain" type="submit" aria-describedby="factor-${id}">
              ${t('account.remove')}
            </button>
          </form>`
        : ''
    }
  </li>`
}

function sessionList(view: AccountView): Html {
  const { text, sessions, currentId } = view
  const t = text.finance
  return html`<section aria-labelledby="sessions">
    <h2 id="sessions">${t('account.sessions')}</h2>
    <p>${t('account.sessionsLead')}</p>
    <ul class="things">
      ${sessions.map((session, index) => {
        const isCurrent = session.signInId === currentId
        return html`<li class="thing">
          <div>
            <strong id="session-${index}">${browserInWords(session, view)}</strong>
            ${isCurrent ? html`<span class="status good">${t('account.thisOne')}</span>` : ''}
            <p class="quiet small">
              ${t('account.since')} ${dateAndTime(session.signedInAt, view)} · ${t('account.lastSeen')}
              ${dateAndTime(session.lastSeenAt, view)}
            </p>
          </div>
          <form method="post" action="${isCurrent ? '/finance/sign-out' : '/finance/account/sessions/end'}">
            <input type="hidden" name="session" value="${session.signInId}" />
            <button class="button plain" type="submit" aria-describedby="session-${index}">
              ${isCurrent ? t('frame.signOut') : t('account.end')}
            </button>
          </form>
        </li>`
      })}
    </ul>
    ${
      sessions.length > 1
        ? html`<form class="actions" method="post" action="/finance/account/sessions/end-others">
            <button class="button plain" type="submit">${t('account.endOthers')}</button>
          </form>`
        : ''
    }
  </section>`
}

function mails({ text, getsMonthlyReport }: AccountView): Html {
  const t = text.finance
  return html`<section aria-labelledby="mails">
    <h2 id="mails">${t('account.mails')}</h2>
    <form method="post" action="/finance/account/monthly-report" class="thing">
      <div>
        <label>
          <input
            type="checkbox"
            name="send"
            value="yes"
            aria-describedby="monthly-report-hint"
            ${getsMonthlyReport ? 'checked' : ''}
          />
          ${t('account.monthlyReport')}
        </label>
        <p class="quiet small" id="monthly-report-hint">${t('account.monthlyReportHint')}</p>
      </div>
      <button class="button plain" type="submit">${t('account.save')}</button>
    </form>
  </section>`
}

function browserInWords({ browser, system }: ListedSession, { text }: AccountView): string {
  const t = text.finance
  if (browser !== null && system !== null) return t('account.browserOn', { browser, system })
  return browser ?? system ?? t('account.unknownBrowser')
}
