import { html } from 'hono/html'
import { withMarkup } from '../../../html/layout.ts'
import { financePage, type FinanceFrame, ownDirection } from '../frame/finance-layout-view.ts'

export type ErasureView = FinanceFrame & {
  readonly donationId: string
  readonly name: string | null
  readonly gifts: number
  /** An agreement goes on, so the donor cannot be erased yet. */
  readonly isActive: boolean
}

/** Asks once more before a donor is erased, and says what goes and what stays. */
export function erasurePage(view: ErasureView): string {
  const { text, donationId, name, gifts, isActive } = view
  const t = text.finance
  return financePage(view, {
    title: t('erasure.title'),
    current: 'donations',
    body: html`<p class="back"><a href="/finance/donations/${donationId}">${t('erasure.back')}</a></p>
      <h1>${t('erasure.title')}</h1>
      <p>
        ${name === null ? t('erasure.whoUnnamed') : withMarkup(t, 'erasure.who', { name: ownDirection(name) })}
        ${t('erasure.gifts', { count: gifts })}
      </p>
      <p><a href="/finance/donors/${donationId}/export" download>${t('erasure.download')}</a></p>
      <h2>${t('erasure.goes')}</h2>
      <ul>
        ${(['donor', 'agreements', 'events', 'receipts'] as const).map(
          (what) => html`<li>${t(`erasure.goesList.${what}`)}</li>`,
        )}
      </ul>
      <h2>${t('erasure.stays')}</h2>
      <ul>
        ${(['money', 'receipts', 'stripe', 'backups'] as const).map(
          (what) => html`<li>${t(`erasure.staysList.${what}`)}</li>`,
        )}
      </ul>
      ${
        isActive
          ? html`<p class="notice urgent">${t('erasure.active')}</p>`
          : html`<form method="post" action="/finance/donors/${donationId}/erase">
              <p><strong>${t('erasure.noWayBack')}</strong></p>
              <button class="button" type="submit">${t('erasure.erase')}</button>
            </form>`
      }`,
  })
}
