import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { inTransaction } from '../db/database.ts'
import type { Text } from '../text/text.ts'
import { requestConsent } from './consent-store.ts'
import { confirmableUntil, consentTextIn, type ConsentSource } from './consent.ts'

/** Keeps that an address was entered for the newsletter, with the sentence in the language of `text`, and owes it the mail. */
export async function askForNewsletter(
  {
    pool,
    clock,
    newsroom,
  }: { readonly pool: pg.Pool; readonly clock: () => Date; readonly newsroom: { readonly name: string } },
  asked: { readonly email: string; readonly source: ConsentSource; readonly articleUrl: string | null },
  text: Text,
): Promise<void> {
  const askedAt = clock()
  const consent = {
    ...asked,
    ...consentTextIn(text, newsroom.name),
    id: randomUUID(),
    askedAt,
    expiresAt: confirmableUntil(askedAt),
  }
  await inTransaction(pool, (tx) => requestConsent(tx, consent))
}
