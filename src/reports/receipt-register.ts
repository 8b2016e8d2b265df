import type { VoidReason } from '../receipts/receipt-revisions.ts'

/** Whether every number of a year has its receipt. */
export type RegisterProof = {
  /** 0 when the year has no number. */
  readonly last: bigint
  readonly issued: bigint
  /** Read back from Stripe after the database was lost, and not issued again yet. */
  readonly reserved: bigint
  readonly missing: bigint
  /** The first hundred. */
  readonly firstMissing: readonly bigint[]
}

export type RegisterRow = {
  readonly number: bigint
  readonly state: 'valid' | 'voided' | 'replaced' | 'reserved' | 'missing'
  /** Null for a number whose receipt is valid, or not there. */
  readonly void_reason: VoidReason | null
  readonly revision: number | null
  readonly given_on: string | null
  readonly currency: string | null
  readonly gross_minor: bigint | null
  readonly donation_id: string | null
  /** Null for a gift without a name, and once the donor is erased. */
  readonly donor_name: string | null
  readonly replaces_year: number | null
  readonly replaces_number: bigint | null
  readonly replaced_by_year: number | null
  readonly replaced_by_number: bigint | null
  readonly is_recovered: boolean
}
