import type { Config } from '../config/config.ts'
import type { Queryable } from '../db/database.ts'
import type { TextFor } from '../text/text.ts'
import { putWish } from './consent-store.ts'
import { consentTextIn } from './consent.ts'

/**
 * Keeps that a reader ticked the newsletter's box on the form of a gift, with the sentence that stands beside it in the reader's
 * language. Null where no newsletter is offered.
 */
export function newsletterWishes({
  config: { newsletter, newsroom },
  db,
  textFor,
  clock,
}: {
  readonly config: Pick<Config, 'newsletter' | 'newsroom'>
  readonly db: Queryable
  readonly textFor: TextFor
  readonly clock: () => Date
}): ((checkout: { readonly id: string; readonly locale: string | null }) => Promise<void>) | null {
  if (!newsletter) return null
  return ({ id: checkoutId, locale }) =>
    putWish(db, {
      ...consentTextIn(textFor(locale), newsroom.name),
      checkoutId,
      source: 'checkout',
      at: clock(),
    })
}
