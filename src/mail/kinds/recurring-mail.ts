import { formatMoney } from '../../money/money.ts'
import type { NewsroomProfile } from '../../newsroom/profile.ts'
import type { AgreementDetail } from '../../subscriptions/agreement-detail.ts'
import type { NoticeKind } from '../../subscriptions/agreement-notices.ts'
import { brandName, dayInWords, monthInWords } from '../../subscriptions/agreement-words.ts'
import type { Text } from '../../text/text.ts'
import type { Notice } from './notice-mail.ts'

type Context = {
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'timezone'>
  readonly now: Date
  /** The page of the recurring gift. */
  readonly url: string
  readonly donateUrl: string
  readonly text: Text
}

/**
 * What a mail of this kind says of the agreement as it is now. The outbox may send it late, so it is written only if it still
 * is true: a card that was changed or a gift that was stopped meanwhile needs no warning.
 */
export function recurringNotice(
  kind: NoticeKind,
  agreement: AgreementDetail,
  context: Context,
): Notice | null {
  const hasEnded = agreement.endedAt !== null || agreement.cancelAt !== null
  if (hasEnded !== (kind === 'recurring_stopped')) return null
  switch (kind) {
    case 'recurring_failed':
      return failed(agreement, context)
    case 'recurring_card_expires':
      return cardExpires(agreement, context)
    case 'recurring_stopped':
      return stopped(agreement, context)
    case 'recurring_reminder':
      return reminder(agreement, context)
    case 'recurring_changed':
      return changed(agreement, context)
    case 'recurring_paused':
      return paused(agreement, context)
    case 'recurring_resumed':
      return resumed(agreement, context)
  }
}

function failed(agreement: AgreementDetail, { newsroom, now, url, text }: Context): Notice | null {
  const { amount, card, nextAttemptAt, hasOpenInvoice, frequency: context } = agreement
  if (!hasOpenInvoice || amount === null) return null
  const t = text.recurring
  const values = { newsroom: newsroom.name, amount: formatMoney(amount, text.locale) }
  const willRetry = nextAttemptAt !== null && nextAttemptAt > now
  return {
    subject: t('mail.failed.subject', { context, newsroom: newsroom.name }),
    before: [
      t('mail.failed.lead', { context, ...values }),
      ...(card ? [t('mail.failed.card', { brand: brandName(card.brand), last4: card.last4 })] : []),
      willRetry
        ? t('mail.failed.retry', { date: dayInWords(nextAttemptAt, newsroom.timezone, text) })
        : t('mail.failed.noRetry'),
    ],
    button: { words: t('mail.failed.button'), url },
    after: [t('mail.failed.stop'), t('mail.questions')],
  }
}

function cardExpires(agreement: AgreementDetail, { newsroom, now, url, text }: Context): Notice | null {
  const { amount, card, currentPeriodEnd: next, frequency: context } = agreement
  if (amount === null || card === null || next === null || next <= now) return null
  if (next.toISOString().slice(0, 7) <= card.expires) return null
  const t = text.recurring
  return {
    subject: t('mail.cardExpires.subject', { context, newsroom: newsroom.name }),
    before: [
      t('mail.cardExpires.lead', {
        context,
        newsroom: newsroom.name,
        amount: formatMoney(amount, text.locale),
        date: dayInWords(next, newsroom.timezone, text),
        brand: brandName(card.brand),
        last4: card.last4,
        month: monthInWords(card.expires, text),
      }),
      t('mail.cardExpires.what'),
    ],
    button: { words: t('mail.cardExpires.button'), url },
    after: [t('mail.cardExpires.stop'), t('mail.questions')],
  }
}

function stopped(agreement: AgreementDetail, { newsroom, now, donateUrl, text }: Context): Notice | null {
  const { amount, cancelAt, endedAt, frequency: context } = agreement
  if (amount === null) return null
  const t = text.recurring
  const values = { context, newsroom: newsroom.name, amount: formatMoney(amount, text.locale) }
  const until = endedAt === null && cancelAt !== null && cancelAt > now ? cancelAt : null
  return {
    subject: t('mail.stopped.subject', { context, newsroom: newsroom.name }),
    before: [
      t(`mail.stopped.${stoppedBy(agreement)}`, values),
      until === null
        ? t('mail.stopped.nothing')
        : t('mail.stopped.until', { date: dayInWords(until, newsroom.timezone, text) }),
      t('mail.stopped.thanks'),
    ],
    button: { words: t('mail.stopped.button'), url: donateUrl },
    after: [t('mail.stopped.unexpected')],
  }
}

const HOUR_MS = 3_600_000

/** Stripe does not say who ended an agreement, so only what was asked on our own page is known to be the donor's. */
function stoppedBy({
  stopAskedAt,
  canceledAt,
  endReason,
}: Pick<AgreementDetail, 'stopAskedAt' | 'canceledAt' | 'endReason'>): 'byDonor' | 'byFailure' | 'elsewhere' {
  const isAsked =
    stopAskedAt !== null &&
    (canceledAt === null || Math.abs(canceledAt.getTime() - stopAskedAt.getTime()) < HOUR_MS)
  if (isAsked) return 'byDonor'
  return endReason === 'payment_failed' ? 'byFailure' : 'elsewhere'
}

function reminder(agreement: AgreementDetail, { newsroom, now, url, text }: Context): Notice | null {
  const { amount, card, currentPeriodEnd: next } = agreement
  if (amount === null || next === null || next <= now) return null
  const t = text.recurring
  const date = dayInWords(next, newsroom.timezone, text)
  const values = { newsroom: newsroom.name, date, amount: formatMoney(amount, text.locale) }
  return {
    subject: t('mail.reminder.subject', { newsroom: newsroom.name, date }),
    before: [
      card
        ? t('mail.reminder.fromCard', { ...values, brand: brandName(card.brand), last4: card.last4 })
        : t('mail.reminder.lead', values),
      t('mail.reminder.nothing'),
    ],
    button: { words: t('mail.reminder.button'), url },
    after: [t('mail.questions')],
  }
}

/** A new amount, whoever has set it. */
function changed(agreement: AgreementDetail, { newsroom, now, url, text }: Context): Notice | null {
  const { amount, isPaused, currentPeriodEnd: next, frequency: context } = agreement
  if (amount === null) return null
  const t = text.recurring
  const values = { context, newsroom: newsroom.name, amount: formatMoney(amount, text.locale) }
  return {
    subject: t('mail.changed.subject', values),
    before: [
      t('mail.changed.lead', values),
      ...(next !== null && next > now && !isPaused
        ? [t('mail.changed.from', { date: dayInWords(next, newsroom.timezone, text) })]
        : []),
    ],
    button: { words: t('receipt.link'), url },
    after: [t('mail.stopped.unexpected')],
  }
}

function paused(agreement: AgreementDetail, { newsroom, url, text }: Context): Notice | null {
  const { amount, isPaused, resumesAt, frequency: context } = agreement
  if (amount === null || !isPaused) return null
  const t = text.recurring
  const values = { context, newsroom: newsroom.name, amount: formatMoney(amount, text.locale) }
  return {
    subject: t('mail.paused.subject', values),
    before: [
      t('mail.paused.lead', values),
      resumesAt === null
        ? t('mail.paused.open')
        : t('mail.paused.until', { date: dayInWords(resumesAt, newsroom.timezone, text) }),
    ],
    button: { words: t('mail.paused.button'), url },
    after: [t('mail.stopped.unexpected')],
  }
}

function resumed(agreement: AgreementDetail, { newsroom, now, url, text }: Context): Notice | null {
  const { amount, isPaused, currentPeriodEnd: next, frequency: context } = agreement
  if (amount === null || isPaused) return null
  const t = text.recurring
  const values = { context, newsroom: newsroom.name, amount: formatMoney(amount, text.locale) }
  return {
    subject: t('mail.resumed.subject', values),
    before: [
      t('mail.resumed.lead', values),
      ...(next !== null && next > now
        ? [t('receipt.next', { date: dayInWords(next, newsroom.timezone, text) })]
        : []),
    ],
    button: { words: t('receipt.link'), url },
    after: [t('mail.stopped.unexpected')],
  }
}
