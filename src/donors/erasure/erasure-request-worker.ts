import { Refusal } from '../../http/refusal.ts'
import { eraseDonor, type ErasureDeps } from './erase-donor.ts'
import { endErasureRequest, nextErasureRequest } from './erasure-request-store.ts'

/**
 * Erases the donor whose request has waited longest, by the same rule as finance. It may take minutes in a large inbox, which
 * is why the donor's page does not wait for it.
 * @returns one round of a worker loop, which resolves to whether there was a request
 */
export function erasureRequestRound(deps: ErasureDeps): () => Promise<boolean> {
  return async () => {
    const request = await nextErasureRequest(deps.pool)
    if (!request) return false
    const { donationId } = request
    const outcome = await eraseDonor(deps, { donationId, actor: { kind: 'donor' } }).then(
      () => 'erased' as const,
      (error: unknown) => {
        if (!(error instanceof Refusal)) throw error
        // Somebody else has erased the donor meanwhile, or a recurring gift runs.
        return error.kind === 'not_found' ? ('erased' as const) : ('refused' as const)
      },
    )
    await endErasureRequest(deps.pool, donationId, outcome, deps.clock())
    return true
  }
}
