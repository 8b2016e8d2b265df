import { html } from 'hono/html'
import { type Html, withMarkup } from '../../../html/layout.ts'
import { furtherCount } from '../../../reconciliation/items/clearing-item.ts'
import { isDifferenceKind } from '../../../reconciliation/items/difference.ts'
import type { ItemFacts } from '../../../reconciliation/months/month-facts.ts'
import type { Text } from '../../../text/text.ts'
import {
  amountText,
  capitalised,
  codeInWords,
  dayName,
  movementInWords,
  ownDirection,
} from '../frame/finance-layout-view.ts'

/** What a kind of item is called; a closed month's record may hold a kind that this release no longer knows. */
export function kindWords(
  kind: string,
  text: Text,
  stored: { readonly what: string; readonly todo: string } = { what: '', todo: '' },
): { readonly title: string; readonly means: string; readonly todo: string } {
  const t = text.finance
  if (!isDifferenceKind(kind))
    return { title: capitalised(codeInWords(kind)), means: stored.what, todo: stored.todo }
  return {
    title: t(`itemKind.${kind}.title`),
    means: t(`itemKind.${kind}.means`),
    todo: t(`itemKind.${kind}.todo`),
  }
}

/** "$7.00, €2.00"; a dash where no amount could be read. */
export function sumsText(
  sums: readonly { readonly currency: string; readonly amount: number }[],
  text: Text,
): string {
  const known = sums.filter(({ currency }) => currency !== 'xxx')
  if (known.length === 0) return '–'
  return known.map(({ amount, currency }) => amountText(amount, currency, text)).join(', ')
}

/** What an item is in words: whose gift, or what Stripe says of it; its id is small, to copy. */
export function itemName(
  item: { readonly object: string; readonly kind: string },
  facts: ItemFacts | undefined,
  text: Text,
): Html {
  const further = furtherCount(item)
  if (further !== null) return html`${text.finance('items.furtherName', counted(further, text))}`
  return html`${nameOf(item, facts, text)} <code class="id">${item.object}</code>`
}

function nameOf(
  { object, kind }: { readonly object: string; readonly kind: string },
  facts: ItemFacts | undefined,
  text: Text,
): Html | string {
  const t = text.finance
  if (kind === 'other_stripe_activity' || kind === 'stripe_product') return movementInWords(object, text)
  if (kind === 'other_activity') return html`<a href="#other-activity">${t('otherActivity.title')}</a>`
  if (kind === 'reserve_held') return t('itemKind.reserve_held.title')
  if (facts?.donationId) {
    const name = facts.donorName
      ? withMarkup(t, 'items.giftOf', { name: ownDirection(facts.donorName) })
      : t('items.gift')
    return html`<a href="/finance/donations/${facts.donationId}">${name}</a>`
  }
  if (/^(po|tr)_/.test(object))
    return html`<a href="/finance/deposits/${encodeURIComponent(object)}">${t('column.payout')}</a>`
  if (facts?.description) return facts.description
  if (facts?.type) return movementInWords(facts.type, text)
  if (/^(pi|re|pyr|dp|du)_/.test(object) && kind === 'missing_at_stripe')
    return html`<a href="/finance/donations/${encodeURIComponent(object)}">${t('items.gift')}</a>`
  return t('items.unnamed')
}

export function itemDay(facts: ItemFacts | undefined, text: Text): string {
  return facts?.day ? dayName(facts.day, text) : text.finance('items.noDay')
}

/** "12 items" in the reader's language; the number is written as people write it. */
export function counted(count: number, text: Text): { readonly count: number; readonly number: string } {
  return { count, number: count.toLocaleString(text.language) }
}
