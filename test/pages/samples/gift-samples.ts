import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { giftListPage, type GiftListView } from '../../../src/pages/finance/donations/list-view.ts'
import { money } from '../../../src/money/money.ts'
import { donationStatuses } from '../../../src/refunds/donation-balance.ts'
import { currencyNamed } from '../../kit/named.ts'
import type { Words } from '../view-samples.ts'

const at = new Date('2026-01-14T18:42:00Z')
const ID = '0b5f3a52-8d1c-4a4e-9f6a-2f6f0d3b7c11'
const usd = (minor: bigint) => money(minor, currencyNamed('usd'))

/** The list of donations. */
export function giftViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const disputes = [
    {
      id: 'du_1',
      status: 'needs_response',
      reason: words.message,
      amount: 500,
      evidenceDueBy: '2026-01-20T00:00:00.000Z',
      createdAt: at.toISOString(),
    },
  ]
  const list: GiftListView = {
    ...frame,
    typed: { q: words.title, period: 'this_month', sort: 'donor', order: 'asc' },
    problems: [],
    funds: [words.campaign],
    sort: 'donor',
    order: 'asc',
    days: { from: '2026-01-01', to: '2026-01-31' },
    totals: {
      kind: 'sums',
      rows: [
        { donations: 19, gross: usd(12_345n), reversed: usd(500n), net: usd(11_000n) },
        { donations: 1, gross: money(700n, currencyNamed('jpy')), reversed: null, net: null },
      ],
    },
    gifts: donationStatuses.map((status, index) => ({
      id: ID,
      status,
      frequency: 'once',
      donor: index === 0 ? { name: null, email: null } : { name: words.name, email: words.email },
      article: index === 1 ? null : { url: words.url, title: index === 2 ? null : words.title },
      receipt: index === 3 ? null : { number: '2026-000123', url: '/receipts/abc', voided: false },
      imported: index === 3 ? { source: 'givewp', id: words.name } : null,
      disputes: status === 'disputed' ? disputes : [],
      gross: usd(500n),
      succeededAt: at,
    })),
    isLaterPage: true,
    nextCursor: 'abc',
    previousCursor: 'abd',
    views: [
      { id: ID, name: words.campaign, filters: 'q=x', isShared: true, isOwn: false, ownerEmail: words.email },
      { id: ID, name: words.title, filters: 'q=x', isShared: false, isOwn: true, ownerEmail: words.email },
    ],
    done: 'saved',
    now: at,
  }
  return {
    gifts: giftListPage(list),
    'gifts-problems': giftListPage({
      ...list,
      typed: { q: words.title, from: words.message, atLeast: words.name, story: words.url },
      problems: [
        { fieldId: 'from', message: words.title },
        { fieldId: 'q', message: words.message },
      ],
      done: null,
    }),
    'gifts-many': giftListPage({
      ...list,
      totals: { kind: 'too_many', isLast: false },
      views: [],
      done: 'deleted',
    }),
    'gifts-too-many': giftListPage({
      ...list,
      totals: { kind: 'too_many', isLast: true },
      views: [],
      done: null,
    }),
    'gifts-kept': giftListPage({
      ...list,
      typed: {},
      totals: { kind: 'kept', rows: [{ donations: 19, gross: usd(12_345n), reversed: null, net: null }] },
    }),
    'gifts-none': giftListPage({ ...list, gifts: [], done: null }),
    'gifts-none-yet': giftListPage({ ...list, typed: {}, gifts: [], views: [], done: null }),
  }
}
