import type Stripe from 'stripe'
import { seconds } from '../state.ts'
import type { Work } from '../work.ts'

/** A card network suspects fraud. No money moves; a refund now may save the dispute. */
export function warnOfFraud(
  work: Work,
  charge: Stripe.Charge,
  fraudType: string,
): Stripe.Radar.EarlyFraudWarning {
  const intent = charge.payment_intent
  const warning: Stripe.Radar.EarlyFraudWarning = {
    id: work.scene.newId('issfr_'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: seconds(work.scene.nowMs),
    fraud_type: fraudType,
    livemode: false,
    ...(intent === null ? {} : { payment_intent: intent }),
  }
  work.put('early_fraud_warning', warning.id, warning)
  work.announce('radar.early_fraud_warning.created', warning)
  return warning
}
