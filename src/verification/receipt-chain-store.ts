import type { Queryable } from '../db/database.ts'
import { receiptNumber } from '../receipts/receipt-number.ts'
import { pageOf } from './pages.ts'
import type { FoundReceipt, YearOfReceipts } from './receipt-check.ts'

/** All receipts of one gift, by revision. */
export type ReceiptChain = { readonly donationId: string; readonly receipts: readonly FoundReceipt[] }

/** As JSON writes it, which has neither bigint nor moments. */
type ChainRow = {
  readonly donationId: string
  readonly receipts: readonly (Omit<FoundReceipt, 'number' | 'grossMinor' | 'issuedAt' | 'replaces'> & {
    readonly number: string
    readonly grossMinor: string
    readonly issuedAtMs: number
    readonly replacesYear: number | null
    readonly replacesNumber: string | null
  })[]
}

const PAGE = 5000
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

export async function receiptChains(tx: Queryable, after: string | null) {
  const { rows } = await tx.query<ChainRow>({
    name: 'verify-receipts',
    text: `select r.donation_id as "donationId", json_agg(json_build_object('year', r.year, 'number', r.number::text,
               'revision', r.revision, 'currency', r.currency, 'grossMinor', r.gross_minor::text, 'givenOn', r.given_on,
               'profileId', r.newsroom_profile_id, 'replacesYear', r.replaces_year,
               'replacesNumber', r.replaces_number::text,
               'issuedAtMs', (extract(epoch from r.issued_at) * 1000)::bigint,
               'voided', v.year is not null) order by r.revision) as receipts
           from receipts r left join receipt_voidings v on (v.year, v.number) = (r.year, r.number)
           where r.donation_id > $1 group by r.donation_id order by r.donation_id limit $2`,
    values: [after ?? BEFORE_ALL, PAGE],
  })
  const chains = rows.map(({ donationId, receipts }): ReceiptChain => ({
    donationId,
    receipts: receipts.map(({ issuedAtMs, replacesYear, replacesNumber, ...receipt }) => ({
      ...receipt,
      number: BigInt(receipt.number),
      grossMinor: BigInt(receipt.grossMinor),
      issuedAt: new Date(issuedAtMs),
      replaces:
        replacesYear === null || replacesNumber === null
          ? null
          : receiptNumber(replacesYear, BigInt(replacesNumber)),
    })),
  }))
  return pageOf(chains, PAGE, ({ donationId }) => donationId)
}

export async function yearsOfReceipts(tx: Queryable): Promise<YearOfReceipts[]> {
  const { rows } = await tx.query<YearOfReceipts>(
    `select year, coalesce(r.receipts, 0) as receipts, r.first, r.last, c.last_number as counter
     from (select year, count(*) as receipts, min(number) as first, max(number) as last from receipts group by year) r
       full join receipt_counters c using (year) order by year`,
  )
  return rows
}

/** The newsroom's timezones, the latest first. */
export async function zonesOfProfiles(tx: Queryable): Promise<string[]> {
  const { rows } = await tx.query<{ timezone: string }>(
    `select timezone from newsroom_profiles group by timezone order by max(id) desc`,
  )
  return rows.map(({ timezone }) => timezone)
}
