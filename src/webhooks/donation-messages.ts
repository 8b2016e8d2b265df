import type { Donation, DonationAmendment } from '../donations/donation.ts'
import { withdrawnMinor } from '../refunds/dispute.ts'
import { donationBalance } from '../refunds/donation-balance.ts'
import type { Reversals } from '../refunds/reversals.ts'
import type { NewWebhookMessage, WebhookEventType } from './webhook-event.ts'

type DonationChanges = {
  readonly booked: readonly Donation[]
  readonly amended: readonly DonationAmendment[]
}

/** The messages to other systems about a batch of changes, of the types that an endpoint asks for. */
export function donationMessages(
  { booked, amended }: DonationChanges,
  wanted: ReadonlySet<WebhookEventType>,
): NewWebhookMessage[] {
  const created = wanted.has('donation.created') ? booked.map(createdMessage) : []
  if (!wanted.has('donation.reversal_updated')) return created
  const after = amended.flatMap(({ before, ...now }) =>
    now.reversals === before.reversals ? [] : [reversalMessage({ ...before, ...now }, before.reversals)],
  )
  const atOnce = booked.flatMap((donation) =>
    donation.reversals.refunds.length + donation.reversals.disputes.length === 0
      ? []
      : [reversalMessage(donation, { refunds: [], disputes: [] })],
  )
  return [...created, ...atOnce, ...after]
}

function createdMessage(donation: Donation): NewWebhookMessage {
  return { type: 'donation.created', subject: donation.id, data: donationData(donation) }
}

function reversalMessage(donation: Donation, before: Reversals): NewWebhookMessage {
  const { refunds, disputes } = donation.reversals
  const reversals = [
    ...refunds
      .filter((refund) => !before.refunds.includes(refund))
      .map(({ id, kind, status, amount }) => ({ id, kind, status, amount: Number(amount.minor) })),
    ...disputes
      .filter((dispute) => !before.disputes.includes(dispute))
      .map((dispute) => ({
        id: dispute.id,
        kind: 'dispute' as const,
        status: dispute.status,
        amount: Number(withdrawnMinor(dispute)),
      })),
  ]
  const data = { ...donationData(donation), reversals }
  return { type: 'donation.reversal_updated', subject: donation.id, data }
}

function donationData(donation: Donation) {
  const { id, gross, attribution, succeededAt, checkoutId, paymentIntentId, subscriptionId } = donation
  const { status, refundedMinor, disputedMinor } = donationBalance(gross, donation.reversals)
  const { articleUrl, articleTitle, campaignSource, campaignMedium, campaignName } = attribution
  const isOfCampaign = [campaignSource, campaignMedium, campaignName].some((part) => part !== null)
  return {
    id,
    status,
    currency: gross.currency,
    gross: Number(gross.minor),
    refunded: Number(refundedMinor),
    disputed: Number(disputedMinor),
    coveredFee: Number(donation.coveredFeeMinor),
    frequency: attribution.frequency,
    anonymous: donation.anonymous,
    article: articleUrl === null ? null : { url: articleUrl, title: articleTitle },
    campaign: isOfCampaign ? { source: campaignSource, medium: campaignMedium, name: campaignName } : null,
    succeededAt: succeededAt.toISOString(),
    checkoutId,
    paymentIntentId,
    subscriptionId,
  }
}
