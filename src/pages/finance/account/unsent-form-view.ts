import { html } from 'hono/html'
import { SHOW_UNSENT, type UnsentForm } from '../../../access/session/unsent-form.ts'
import { financePage, type FinanceFrame } from '../frame/finance-layout-view.ts'

/** Its button shows the form on its own page, as it was; it does nothing else. */
export function unsentFormPage(view: FinanceFrame & { readonly form: UnsentForm }): string {
  const { text, form } = view
  const t = text.finance
  return financePage(view, {
    title: t('account.unsentTitle'),
    current: null,
    body: html`<h1>${t('account.unsentTitle')}</h1>
      <p class="lead">${t('account.unsentLead')}</p>
      <p>${t('account.unsentHint')}</p>
      <form method="post" action="${form.path}?${SHOW_UNSENT}">
        ${[...form.fields].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <div class="actions">
          <button class="button" type="submit">${t('account.unsentShow')}</button>
          <a class="button plain" href="/finance">${t('account.unsentLeave')}</a>
        </div>
      </form>`,
  })
}
