/** A worker that died renews no claim, so that another one takes its work up within five seconds. */
export const LEASE_MS = 4_000
export const LOOK_FOR_LAPSED_MS = 1_000
const RENEW_MS = 1_000

/**
 * Keeps a claim for as long as the work takes.
 * @param renew keeps it for another `LEASE_MS`; resolves to whether it is still this worker's
 * @param claimedAt when it was claimed, by `clock`
 * @param work asks `isOurs` right before it does what cannot be undone: this process may have stood still, and another has claimed it
 */
export async function whileClaimed<T>(
  {
    renew,
    claimedAt,
    clock,
  }: {
    readonly renew: () => Promise<boolean>
    readonly claimedAt: Date
    readonly clock: () => Date
  },
  work: (isOurs: () => Promise<boolean>) => Promise<T>,
): Promise<T> {
  // While the database is away nobody else can claim it either.
  let renewed: Promise<unknown> = Promise.resolve()
  const renewal = setInterval(() => (renewed = renew().catch(() => undefined)), RENEW_MS)
  try {
    return await work(async () => clock().getTime() - claimedAt.getTime() < RENEW_MS || (await renew()))
  } finally {
    clearInterval(renewal)
    // A renewal that ends later would put its time in place of the next try's.
    await renewed
  }
}
