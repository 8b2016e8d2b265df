import { html } from 'hono/html'
import type { ListedStaff, StaffId } from '../../../../access/staff.ts'
import { describedBy, fieldProblem } from '../../../../html/form-problems-view.ts'
import { type Html } from '../../../../html/layout.ts'
import { dateAndTime, financePage, table, type FinanceFrame } from '../../frame/finance-layout-view.ts'
import { shownForm } from '../../frame/kept-form-view.ts'
import { roleChoice, roleName } from './role-choice-view.ts'
import { toSettings } from '../settings-view.ts'

/** What was just done, to be said at the top. */
export const staffDone = ['added', 'let_in_again', 'role_changed', 'unchanged', 'removed', 'reset'] as const
export type StaffDone = {
  readonly what: (typeof staffDone)[number]
  readonly staff: Pick<ListedStaff, 'email' | 'role'>
}

/** Somebody as the pages about staff show them. */
export type ShownStaff = ListedStaff

export type StaffListView = FinanceFrame & {
  readonly staff: readonly ShownStaff[]
  /** Who looks at the page. */
  readonly self: StaffId
  readonly done: StaffDone | null
}

const PATH = '/finance/settings/staff'

/** Who may sign in, who once could, and a form that lets somebody in. */
export function staffPage(view: StaffListView): string {
  const { text, staff } = view
  const t = text.finance
  const title = t('staff.title')
  const former = staff.filter(({ removedAt }) => removedAt !== null)
  return financePage(view, {
    title,
    current: 'settings',
    body: html`${toSettings(view)}
      <h1>${title}</h1>
      ${doneNotice(view)}
      <p>${t('staff.lead')}</p>
      ${present(view)} ${addForm(view)}
      ${
        former.length === 0
          ? ''
          : html`<details class="former">
              <summary>${t('staff.former')}</summary>
              <p>${t('staff.formerLead')}</p>
              ${formerStaff(former, view)}
            </details>`
      }`,
  })
}

function doneNotice({ text, done }: Pick<StaffListView, 'text' | 'done'>): Html {
  if (!done) return html``
  const { email, role } = done.staff
  return html`<p class="notice" role="status">
    ${text.finance(`staff.done.${done.what}`, { email, role: roleName(role, text) })}
  </p>`
}

function present(view: StaffListView): Html {
  const { text, staff, self } = view
  const t = text.finance
  return table(
    t('staff.listed'),
    [
      { label: t('staff.column.address') },
      { label: t('staff.column.role') },
      { label: t('staff.column.factor') },
      { label: t('staff.column.signedIn') },
      { label: t('staff.column.change') },
    ],
    staff
      .filter(({ removedAt }) => removedAt === null)
      .map(({ id, email, role, hasSecondFactor, lastSignedInAt }) => [
        html`<span>
          <span id="who-${id}">${email}</span>
          ${id === self ? html`<span class="quiet small">${t('staff.you')}</span>` : ''}
        </span>`,
        roleName(role, text),
        t(hasSecondFactor ? 'staff.factor.yes' : 'staff.factor.no'),
        lastSignedInAt ? dateAndTime(lastSignedInAt, view) : t('settings.never'),
        id === self ? '–' : changeLinks(id, view),
      ]),
  )
}

/** Nobody changes their own role or access. */
function changeLinks(id: StaffId, { text }: StaffListView): Html {
  const t = text.finance
  return html`<span class="row-links">
    <a href="${PATH}/${id}" id="change-${id}" aria-labelledby="change-${id} who-${id}"
      >${t('staff.changeLink')}</a
    >
    <a href="${PATH}/remove?who=${id}" id="remove-${id}" aria-labelledby="remove-${id} who-${id}"
      >${t('staff.removeLink')}</a
    >
  </span>`
}

function formerStaff(former: readonly ShownStaff[], view: StaffListView): Html {
  const t = view.text.finance
  return table(
    t('staff.former'),
    [
      { label: t('staff.column.address') },
      { label: t('staff.column.removed') },
      { label: t('staff.column.signedIn') },
      { label: t('staff.column.change') },
    ],
    former.map(({ id, email, removedAt, lastSignedInAt }) => [
      html`<span id="who-${id}">${email}</span>`,
      removedAt ? dateAndTime(removedAt, view) : '–',
      lastSignedInAt ? dateAndTime(lastSignedInAt, view) : t('settings.never'),
      html`<a href="${PATH}/${id}" id="change-${id}" aria-labelledby="change-${id} who-${id}"
        >${t('staff.letInLink')}</a
      >`,
    ]),
  )
}

function addForm(view: StaffListView): Html {
  const { text } = view
  const t = text.finance
  const { typed, problems } = shownForm(view, PATH)
  return html`<section class="card" aria-labelledby="add">
    <h2 id="add">${t('staff.add')}</h2>
    <p>${t('staff.addLead')}</p>
    <form method="post" action="${PATH}">
      <div class="field">
        <label for="email">${t('staff.email')}</label>
        <input
          id="email"
          name="email"
          type="email"
          autocomplete="off"
          required
          maxlength="254"
          value="${typed('email')}"
          ${describedBy('email', problems)}
        />
        ${fieldProblem('email', problems)}
      </div>
      ${roleChoice(text, { label: t('staff.role'), chosen: typed('role'), problems })}
      <div class="actions"><button class="button" type="submit">${t('staff.submit')}</button></div>
    </form>
  </section>`
}

export type PersonView = FinanceFrame & { readonly person: ShownStaff }

/** One colleague: the role, a lost second factor; a former one is let in again. */
export function personPage(view: PersonView): string {
  const { text, person } = view
  const t = text.finance
  const { id, email, createdAt, lastSignedInAt, removedAt, hasSecondFactor } = person
  const title = t('staff.person', { email })
  const isFormer = removedAt !== null
  const { typed, problems } = shownForm(view, `${PATH}/${id}/role`)
  return financePage(view, {
    title,
    current: 'settings',
    body: html`<p class="back"><a href="${PATH}">← ${t('staff.title')}</a></p>
      <h1>${title}</h1>
      <dl class="facts">
        <dt>${t('staff.since')}</dt>
        <dd>${dateAndTime(createdAt, view)}</dd>
        <dt>${t('staff.column.signedIn')}</dt>
        <dd>${lastSignedInAt ? dateAndTime(lastSignedInAt, view) : t('settings.never')}</dd>
        ${
          removedAt
            ? html`<dt>${t('staff.column.removed')}</dt>
                <dd>${dateAndTime(removedAt, view)}</dd>`
            : ''
        }
        <dt>${t('staff.column.factor')}</dt>
        <dd>${t(hasSecondFactor ? 'staff.factor.yes' : 'staff.factor.no')}</dd>
      </dl>
      <form class="card" method="post" action="${PATH}/${id}/role">
        ${roleChoice(text, { label: t('staff.role'), chosen: typed('role', person.role), problems })}
        <div class="actions">
          <button class="button" type="submit">${t(isFormer ? 'staff.letIn' : 'staff.saveRole')}</button>
        </div>
      </form>
      ${isFormer || !hasSecondFactor ? '' : resetForm(view)}
      ${isFormer ? '' : html`<p><a href="${PATH}/remove?who=${id}">${t('staff.removeTitle')}</a></p>`}`,
  })
}

function resetForm({ text, person }: PersonView): Html {
  const t = text.finance
  return html`<details class="card">
    <summary>${t('staff.resetTitle')}</summary>
    <p>${t('staff.resetLead')}</p>
    <form method="post" action="${PATH}/${person.id}/second-factor">
      <div class="actions"><button class="button plain" type="submit">${t('staff.reset')}</button></div>
    </form>
  </details>`
}

export type RemovalView = FinanceFrame & {
  readonly email: string
  /** Addresses of those who may sign in, as suggestions. */
  readonly addresses: readonly string[]
}

/** Confirms that somebody's access ends. Whoever comes from the list finds the address filled in. */
export function removalPage(view: RemovalView): string {
  const { text, email, addresses } = view
  const t = text.finance
  const title = t('staff.removeTitle')
  const { typed, problems } = shownForm(view, `${PATH}/remove`)
  return financePage(view, {
    title,
    current: 'settings',
    body: html`<p class="back"><a href="${PATH}">← ${t('staff.title')}</a></p>
      <h1>${title}</h1>
      <p>${t('staff.removeWhat')}</p>
      <form class="slim" method="post" action="${PATH}/remove">
        <div class="field">
          <label for="email">${t('staff.removeWho')}</label>
          <p class="quiet small" id="email-hint">${t('staff.removeWhoHint')}</p>
          <input
            id="email"
            name="email"
            type="email"
            list="colleagues"
            autocomplete="off"
            required
            maxlength="254"
            value="${typed('email', email)}"
            ${describedBy('email', problems, true)}
          />
          ${fieldProblem('email', problems)}
          <datalist id="colleagues">
            ${addresses.map((address) => html`<option value="${address}"></option>`)}
          </datalist>
        </div>
        <div class="actions">
          <button class="button danger" type="submit">${t('staff.remove')}</button>
          <a href="${PATH}">${t('settings.cancel')}</a>
        </div>
      </form>`,
  })
}
