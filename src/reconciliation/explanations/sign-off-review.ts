/** The latest review of a month's sign-offs, and what there is to review now. */
export type SignOffReview = {
  /** What was accepted, prepared and decided on the month's page; two texts are the same when nothing was done between. */
  readonly covers: string
  /** Acts of the month; 0: there is nothing to review. */
  readonly acts: number
  readonly latest: { readonly by: string; readonly at: Date; readonly isCurrent: boolean } | null
}
