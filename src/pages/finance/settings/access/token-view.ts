import { html } from 'hono/html'
import type { ListedToken } from '../../../../access/tokens/api-token.ts'
import type { Role } from '../../../../access/role.ts'
import { describedBy, fieldProblem } from '../../../../html/form-problems-view.ts'
import type { Html } from '../../../../html/layout.ts'
import {
  dateAndTime,
  dayName,
  financePage,
  table,
  type FinanceFrame,
} from '../../frame/finance-layout-view.ts'
import { shownForm } from '../../frame/kept-form-view.ts'
import { roleChoice, roleName } from './role-choice-view.ts'
import { toSettings } from '../settings-view.ts'

/** How many days a token may work for. */
export const tokenDays = [30, 90, 365, 730] as const

const USUAL_DAYS = '365'

export type TokenListView = FinanceFrame & {
  readonly tokens: readonly ListedToken[]
  readonly now: Date
  /** Tokens that expire before this time are warned of. */
  readonly soon: Date
  /** The id of the form's token: a form that is sent twice makes one token. */
  readonly requestId: string
  /** The name of a token that was just revoked. */
  readonly revoked: string | null
}

const PATH = '/finance/settings/tokens'

/** The tokens that work, those that do not any more, and a form that makes one. */
export function tokensPage(view: TokenListView): string {
  const { text, tokens, now, soon, revoked } = view
  const t = text.finance
  const title = t('tokens.title')
  const working = tokens.filter((token) => isWorking(token, now))
  const ended = tokens.filter((token) => !isWorking(token, now))
  const expiring = working.filter(({ expiresAt }) => expiresAt < soon).length
  return financePage(view, {
    title,
    current: 'settings',
    body: html`${toSettings(view)}
      <h1>${title}</h1>
      ${revoked === null ? '' : html`<p class="notice" role="status">${t('tokens.done.revoked', { name: revoked })}</p>`}
      ${expiring === 0 ? '' : html`<p class="notice">${t('tokens.expiresSoon', { count: expiring })}</p>`}
      <p>${t('tokens.lead')}</p>
      ${working.length === 0 ? html`<p class="notice">${t('tokens.none')}</p>` : workingTokens(working, view)}
      ${makeForm(view)}
      ${
        ended.length === 0
          ? ''
          : html`<details class="former">
              <summary>${t('tokens.ended')}</summary>
              ${endedTokens(ended, view)}
            </details>`
      }`,
  })
}

export function isWorking({ revokedAt, expiresAt }: ListedToken, now: Date): boolean {
  return revokedAt === null && expiresAt > now
}

function workingTokens(tokens: readonly ListedToken[], view: TokenListView): Html {
  const { text, soon } = view
  const t = text.finance
  return table(
    t('tokens.listed'),
    [
      { label: t('tokens.column.name') },
      { label: t('tokens.column.role') },
      { label: t('tokens.column.made') },
      { label: t('tokens.column.used') },
      { label: t('tokens.column.expires') },
      { label: t('tokens.column.change') },
    ],
    tokens.map(({ id, name, role, createdAt, lastUsedOn, expiresAt }) => [
      html`<span class="long" id="name-${id}">${name}</span>`,
      roleName(role, text),
      dateAndTime(createdAt, view),
      lastUsedOn === null ? t('settings.never') : dayName(lastUsedOn, text),
      html`${dateAndTime(expiresAt, view)}
      ${expiresAt < soon ? html`<span class="status watch">${t('tokens.soon')}</span>` : ''}`,
      html`<a href="${PATH}/${id}/revoke" id="revoke-${id}" aria-labelledby="revoke-${id} name-${id}"
        >${t('tokens.revokeLink')}</a
      >`,
    ]),
  )
}

function endedTokens(tokens: readonly ListedToken[], view: TokenListView): Html {
  const { text } = view
  const t = text.finance
  return table(
    t('tokens.ended'),
    [
      { label: t('tokens.column.name') },
      { label: t('tokens.column.role') },
      { label: t('tokens.column.used') },
      { label: t('tokens.column.ended') },
    ],
    tokens.map(({ name, role, lastUsedOn, revokedAt, expiresAt }) => [
      html`<span class="long">${name}</span>`,
      roleName(role, text),
      lastUsedOn === null ? t('settings.never') : dayName(lastUsedOn, text),
      html`${t(revokedAt ? 'tokens.revokedOn' : 'tokens.expiredOn')}
      ${dateAndTime(revokedAt ?? expiresAt, view)}`,
    ]),
  )
}

function makeForm(view: TokenListView): Html {
  const { text, requestId } = view
  const t = text.finance
  const { typed, problems } = shownForm(view, PATH)
  return html`<section class="card" aria-labelledby="add">
    <h2 id="add">${t('tokens.add')}</h2>
    <form method="post" action="${PATH}">
      <input type="hidden" name="request" value="${requestId}" />
      <div class="field">
        <label for="name">${t('tokens.name')}</label>
        <p class="quiet small" id="name-hint">${t('tokens.nameHint')}</p>
        <input
          id="name"
          name="name"
          type="text"
          autocomplete="off"
          required
          maxlength="200"
          value="${typed('name')}"
          ${describedBy('name', problems, true)}
        />
        ${fieldProblem('name', problems)}
      </div>
      ${roleChoice(text, { label: t('tokens.role'), chosen: typed('role'), problems })}
      <div class="field">
        <label for="days">${t('tokens.days')}</label>
        <select id="days" name="days" ${describedBy('days', problems)}>
          ${tokenDays.map(
            (days) =>
              html`<option
                value="${days}"
                ${String(days) === typed('days', USUAL_DAYS) ? html`selected` : ''}
              >
                ${t('tokens.day', { count: days })}
              </option>`,
          )}
        </select>
        ${fieldProblem('days', problems)}
      </div>
      <div class="actions"><button class="button" type="submit">${t('tokens.submit')}</button></div>
    </form>
  </section>`
}

/** The only page that ever shows the token. */
export function tokenMadePage(
  view: FinanceFrame & {
    readonly name: string
    readonly role: Role
    readonly token: string
    readonly expiresAt: Date
  },
): string {
  const { text, name, role, token, expiresAt } = view
  const t = text.finance
  const until = new Intl.DateTimeFormat(text.language, { dateStyle: 'medium', timeZone: view.timeZone })
  return financePage(view, {
    title: t('tokens.madeTitle'),
    current: 'settings',
    body: html`<h1>${t('tokens.madeTitle')}</h1>
      <p>${t('tokens.tokenOf', { name, role: roleName(role, text) })}</p>
      <p><code class="head">${token}</code></p>
      <p>${t('tokens.made', { until: until.format(expiresAt) })}</p>
      <div class="actions"><a class="button" href="${PATH}">${t('tokens.kept')}</a></div>`,
  })
}

/** Confirms that a token is revoked. */
export function revocationPage(view: FinanceFrame & { readonly token: ListedToken }): string {
  const { text, token } = view
  const t = text.finance
  const title = t('tokens.revokeTitle', { name: token.name })
  return financePage(view, {
    title,
    current: 'settings',
    body: html`<p class="back"><a href="${PATH}">← ${t('tokens.title')}</a></p>
      <h1>${title}</h1>
      <p>${t('tokens.revokeWhat')}</p>
      <dl class="facts">
        <dt>${t('tokens.column.role')}</dt>
        <dd>${roleName(token.role, text)}</dd>
        <dt>${t('tokens.lastUsed')}</dt>
        <dd>${token.lastUsedOn === null ? t('settings.never') : dayName(token.lastUsedOn, text)}</dd>
        <dt>${t('tokens.column.expires')}</dt>
        <dd>${dateAndTime(token.expiresAt, view)}</dd>
      </dl>
      <form method="post" action="${PATH}/${token.id}/revoke">
        <div class="actions">
          <button class="button danger" type="submit">${t('tokens.revoke')}</button>
          <a href="${PATH}">${t('settings.cancel')}</a>
        </div>
      </form>`,
  })
}
