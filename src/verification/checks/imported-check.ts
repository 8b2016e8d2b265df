import { importedEntries } from '../../ledger/ledger.ts'
import { storedMoney } from '../../money/money.ts'
import { presentmentOf, type DonationRow } from './donation-check.ts'
import { entriesText, negatedText } from '../expectation.ts'
import { compareColumns, missing, unexpected, type Finding } from '../finding.ts'
import type { PostingRow } from './ledger-check.ts'

/** A row of `imported_gifts`: no event of Stripe proves an imported donation, this does. */
export type ImportedRow = {
  readonly donationId: string
  readonly giftKey: string
  readonly currency: string
  readonly grossMinor: bigint
  readonly givenOn: string
  /** Null in rows of an earlier release, which kept neither this nor the next two. */
  readonly frequency: string | null
  readonly articleUrl: string | null
  readonly campaignName: string | null
}

/** An imported donation is as it was imported, and nothing of Stripe's ever touches it. */
export function importedDonationFindings(found: DonationRow, imported: ImportedRow | undefined): Finding[] {
  if (!imported)
    return [unexpected('donation_unexpected', found.paymentIntentId, `${found.grossMinor} ${found.currency}`)]
  const { frequency, articleUrl, campaignName } = imported.frequency === null ? found : imported
  return compareColumns('donation_differs', found.paymentIntentId, [
    ['key', imported.giftKey, found.paymentIntentId],
    ['gross', `${imported.grossMinor} ${imported.currency}`, `${found.grossMinor} ${found.currency}`],
    ['day', imported.givenOn, found.succeededOn],
    ['frequency', frequency, found.frequency],
    ['article', articleUrl, found.articleUrl],
    ['campaign', campaignName, found.campaignName],
    ['session', null, found.sessionId],
    ['invoice', null, found.invoiceId],
    ['subscription', null, found.subscriptionId],
    ['checkout', null, found.checkoutId],
    ['charge', null, found.chargeId],
    ['charged', null, presentmentOf(found)],
    ['charged', null, found.chargedAt],
    ['status', 'succeeded', found.status],
    ['refunded', 0n, found.refundedMinor],
    ['disputed', 0n, found.disputedMinor],
    ['lost', 0n, found.lostMinor],
    ['covered fee', 0n, found.coveredFeeMinor],
  ])
}

/** The postings of imported gifts, by their source. */
export type ImportedPostings = {
  readonly imported: ReadonlyMap<string, PostingRow>
  readonly takenBack: ReadonlyMap<string, PostingRow>
}

/**
 * Each imported gift is posted once, at the time of its donation; what was taken back is posted twice, with opposite signs,
 * on the same day.
 */
export function importedPostingFindings(
  {
    gifts,
    times,
  }: {
    readonly gifts: ReadonlyMap<string, ImportedRow>
    /** When their donations were given, by the donation's id; a donation that is gone is reported itself. */
    readonly times: ReadonlyMap<string, Date>
  },
  { imported, takenBack }: ImportedPostings,
): Finding[] {
  const findings: Finding[] = []
  const posted = new Set<string>()
  for (const [source, posting] of imported) {
    const gift = posting.donationId === null ? undefined : gifts.get(posting.donationId)
    const undone = takenBack.get(source)
    if (gift && !undone) {
      posted.add(gift.donationId)
      findings.push(
        ...compareColumns('ledger_differs', `${source} imported`, [
          [
            'entries',
            entriesText(importedEntries(storedMoney(gift.grossMinor, gift.currency))),
            posting.entries,
          ],
          ['day', gift.givenOn, posting.bookedOn],
          ['time', times.get(gift.donationId) ?? posting.occurredAt, posting.occurredAt],
          ['source', posting.clears, source],
        ]),
      )
    } else if (undone)
      findings.push(
        ...compareColumns('ledger_differs', `${source} import_taken_back`, [
          ['entries', negatedText(posting.entries), undone.entries],
          ['day', posting.bookedOn, undone.bookedOn],
          ['time', undone.postedAt, undone.occurredAt],
          ['donation', null, gift ? gift.giftKey : null],
        ]),
      )
    else findings.push(unexpected('ledger_unexpected', `${source} imported`, posting.entries))
  }
  for (const [source, posting] of takenBack)
    if (!imported.has(source))
      findings.push(unexpected('ledger_unexpected', `${source} import_taken_back`, posting.entries))
  for (const gift of gifts.values())
    if (!posted.has(gift.donationId))
      findings.push(
        missing('ledger_missing', `${gift.giftKey} imported`, `${gift.grossMinor} ${gift.currency}`),
      )
  return findings
}

/** A gift whose donation is gone, although it was not taken back. */
export function missingImportedDonations(
  gifts: ReadonlyMap<string, ImportedRow>,
  stored: ReadonlyMap<string, string>,
): Finding[] {
  return [...gifts.values()]
    .filter(({ donationId }) => !stored.has(donationId))
    .map(({ giftKey, grossMinor, currency }) =>
      missing('donation_missing', giftKey, `${grossMinor} ${currency}`),
    )
}
