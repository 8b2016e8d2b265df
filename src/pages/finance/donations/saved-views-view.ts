import { html } from 'hono/html'
import { mayActAs } from '../../../access/role.ts'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import type { FinanceFrame } from '../frame/finance-layout-view.ts'
import { shownForm } from '../frame/kept-form-view.ts'
import type { ListAddress } from './list-address-view.ts'

const ACTION = '/finance/donations/views'

export type ShownView = {
  readonly id: string
  readonly name: string
  readonly filters: string
  readonly isShared: boolean
  readonly isOwn: boolean
  readonly ownerEmail: string
}

type ViewsPart = FinanceFrame & { readonly views: readonly ShownView[]; readonly typed: ListAddress }

/** The saved views as links, and a form that saves what is shown now. */
export function savedViewsPart(view: ViewsPart, isNarrowed: boolean): Html {
  const { views, text } = view
  if (views.length === 0 && !isNarrowed) return html``
  const t = text.finance
  return html`<section class="saved-views" aria-label="${t('gifts.views.label')}">
    ${
      views.length === 0
        ? ''
        : html`<ul>
            ${views.map((saved) => html`<li>${viewLink(saved, view)}</li>`)}
          </ul>`
    }
    ${isNarrowed ? saveForm(view) : ''}
  </section>`
}

function viewLink(
  { id, name, filters, isShared, isOwn, ownerEmail }: ShownView,
  { text, role }: ViewsPart,
): Html {
  const t = text.finance
  const mayDelete = isOwn || mayActAs(role, 'admin')
  return html`<a href="/finance/donations?${filters}">${name}</a>
    ${isShared ? html`<span class="quiet small">${isOwn ? t('gifts.views.shared') : t('gifts.views.sharedBy', { who: ownerEmail })}</span>` : ''}
    ${
      mayDelete
        ? html`<form method="post" action="/finance/donations/views/${encodeURIComponent(id)}/delete">
            <button class="link-button" type="submit" aria-label="${t('gifts.views.deleteNamed', { name })}">
              ${t('gifts.views.delete')}
            </button>
          </form>`
        : ''
    }`
}

function saveForm(view: ViewsPart): Html {
  const { text, typed: shown, role } = view
  const t = text.finance
  const { isKept, typed, problems } = shownForm(view, ACTION)
  return html`<details ${isKept ? html`open="open"` : ''}>
    <summary>${t('gifts.views.save')}</summary>
    <form class="save-view" method="post" action="${ACTION}">
      <input type="hidden" name="filters" value="${new URLSearchParams(Object.entries(shown)).toString()}" />
      <label for="view-name">${t('gifts.views.name')}</label>
      <input
        id="view-name"
        type="text"
        name="name"
        maxlength="60"
        required
        autocomplete="off"
        value="${typed('name')}"
        ${describedBy('view-name', problems)}
      />
      ${fieldProblem('view-name', problems)}
      ${
        mayActAs(role, 'finance')
          ? html`<label class="check"
              ><input
                type="checkbox"
                name="shared"
                value="yes"
                ${typed('shared') === 'yes' ? html`checked` : ''}
              />
              ${t('gifts.views.share')}</label
            >`
          : ''
      }
      <button class="button plain" type="submit">${t('gifts.views.saveNow')}</button>
    </form>
  </details>`
}
