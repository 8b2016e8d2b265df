import { parseMonth } from '../../calendar/month.ts'
import type { ErrorView } from '../reader/error-view.ts'

/** Where somebody of finance goes on after a refusal; nothing for other pages. */
export function errorNextLink(path: string): Pick<ErrorView, 'nextLink'> {
  const [, finance, section, id] = path.split('/')
  if (finance !== 'finance' || section === 'sign-in') return {}
  if (section === 'donations' && path.endsWith('/refunds'))
    return { nextLink: { url: `/finance/donations/${id ?? ''}`, label: 'Back to the donation' } }
  if (section === 'reconciliation' || section === 'payouts') {
    const month = parseMonth(id ?? '')
    const url = `/finance/reconciliation${month ? `?month=${month}` : ''}`
    return { nextLink: { url, label: 'To the reconciliation' } }
  }
  return { nextLink: { url: '/finance', label: 'To the donations' } }
}
