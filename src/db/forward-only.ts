/** Migrations run forward only: money records are never un-made. Mend a mistake with the next migration. */
export async function forwardOnly(): Promise<never> {
  throw new Error('migrations are forward-only: write a new one instead')
}
