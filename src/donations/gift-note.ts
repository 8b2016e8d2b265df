/** What the mail with a gift's receipt says besides the receipt. */
export type GiftNote = {
  /** Whether an earlier payment of the same agreement was booked. */
  readonly isRenewal: boolean
  /** Whether the bank took a debit back after it had confirmed it. */
  readonly isTakenBack: boolean
  /** `2026-11-28`, in the newsroom's timezone. */
  readonly givenOn: string
}
