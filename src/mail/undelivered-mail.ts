import type { Money } from '../money/money.ts'
import type { GivenUpMessage } from '../outbox/outbox.ts'

/** A mail about a donation that was given up. */
export type UndeliveredMail = Omit<GivenUpMessage, 'subject' | 'messageKey'> & {
  /** `2026-000123`, the receipt that it carries or whose voiding it reports. */
  readonly receiptNumber: string
  readonly donation: {
    readonly id: string
    readonly gross: Money
    readonly donorName: string | null
    readonly donorEmail: string | null
    /** Whether later gifts of the same agreement may follow, whose address Stripe knows. */
    readonly isRecurring: boolean
  }
}
