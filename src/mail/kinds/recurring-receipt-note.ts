import { monthsAway } from '../../calendar/days.ts'
import type { GiftNote } from '../../donations/gift-note.ts'
import type { AgreementDetail } from '../../subscriptions/agreement-detail.ts'
import { dayInWords } from '../../subscriptions/agreement-words.ts'
import type { Text } from '../../text/text.ts'
import type { RecurringNote } from './receipt-mail.ts'

/**
 * What a receipt's mail adds: that it is a payment of a recurring gift, the next date and how to stop.
 * @returns null for a single gift
 */
export function recurringNote(
  gift: GiftNote,
  agreement: AgreementDetail | null,
  context: { readonly now: Date; readonly timezone: string; readonly url: string; readonly text: Text },
): RecurringNote | null {
  const { text } = context
  const t = text.recurring
  if (agreement === null) return null
  const { frequency } = agreement
  const hasEnded = agreement.endedAt !== null || agreement.cancelAt !== null
  const next = hasEnded ? null : nextPayment(gift, agreement, context.now)
  return {
    sentences: [
      t(gift.isRenewal ? 'receipt.renewal' : 'receipt.first', { context: frequency }),
      ...(hasEnded ? [t('receipt.last')] : []),
      ...(next ? [t('receipt.next', { date: dayInWords(next, context.timezone, text) })] : []),
    ],
    stop: hasEnded ? null : { lead: t('receipt.stop'), words: t('receipt.link'), url: context.url },
  }
}

/** As Stripe says it. Right after a payment its answer may still be the one before: then it follows from the day of the gift. */
function nextPayment(
  gift: GiftNote,
  { frequency, currentPeriodEnd }: AgreementDetail,
  now: Date,
): Date | null {
  const afterGift = new Date(`${monthsAway(gift.givenOn, frequency === 'monthly' ? 1 : 12)}T12:00:00Z`)
  const next = currentPeriodEnd !== null && currentPeriodEnd > now ? currentPeriodEnd : afterGift
  return next > now ? next : null
}
