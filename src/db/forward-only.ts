/** Migrations run forward only: money records are never undone. The next migration corrects a mistake. */
export async function forwardOnly(): Promise<never> {
  throw new Error('migrations are forward-only: write a new one instead')
}
