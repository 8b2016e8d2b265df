import { randomUUID } from 'node:crypto'
import type { Queryable } from '../../db/database.ts'
import type { EntryDecision, SupporterEntry, SupporterWords } from './supporter-entry.ts'

const ENTRY = `e.id, e.donation_id as "donationId", e.name, e.town, e.message, e.consented_at as "consentedAt", e.decision,
  e.decided_by as "decidedBy"`

/** Keeps that a donor agreed to be listed, once for a gift. @returns false when an entry of the gift is kept already */
export async function putEntry(
  tx: Queryable,
  entry: SupporterWords & {
    readonly donationId: string
    /** BCP 47: of the sentence. */
    readonly language: string
    /** The sentence that the donor agreed to, exactly as it was shown. */
    readonly consent: string
    readonly at: Date
  },
): Promise<boolean> {
  const { donationId, name, town, message, language, consent, at } = entry
  const { rowCount } = await tx.query(
    `insert into supporter_entries (id, donation_id, name, town, message, language, consent, consented_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (donation_id) do nothing`,
    [randomUUID(), donationId, name, town, message, language, consent, at],
  )
  return rowCount === 1
}

/**
 * What readers see, the latest first: entries that staff have approved and whose donor has neither withdrawn nor been erased,
 * of gifts that the newsroom still has. Who asked to stay out of lists has no name here, whatever the entry says.
 */
export async function shownEntries(db: Queryable, limit: number): Promise<readonly SupporterWords[]> {
  const { rows } = await db.query<SupporterWords>({
    name: 'shown-supporters',
    text: `select case when d.anonymous then null else e.name end as name,
                  case when d.anonymous then null else e.town end as town, e.message
             from supporter_entries e join donations d on d.id = e.donation_id
            where e.decision = 'approved' and e.withdrawn_at is null and d.donor_erased_at is null
              and d.status in ('succeeded', 'partially_refunded')
            order by e.consented_at desc, e.id limit $1`,
    values: [limit],
  })
  return rows
}

/** Those to be decided first, the oldest of them first; then the latest. Withdrawn ones are nobody's business any more. */
export async function entriesForStaff(db: Queryable, limit: number): Promise<readonly SupporterEntry[]> {
  const { rows } = await db.query<SupporterEntry>(
    `(select ${ENTRY} from supporter_entries e where decision is null and withdrawn_at is null order by consented_at, id limit $1)
     union all
     (select ${ENTRY} from supporter_entries e where decision is not null and withdrawn_at is null
      order by consented_at desc, id limit $1) limit $1`,
    [limit],
  )
  return rows
}

/** @returns the gift of the entry; null when there is none to decide on, or the decision is the same already */
export async function decideEntry(
  tx: Queryable,
  id: string,
  decided: { readonly decision: EntryDecision; readonly by: string; readonly at: Date },
): Promise<string | null> {
  const { rows } = await tx.query<{ donationId: string }>(
    `update supporter_entries set decision = $2, decided_by = $3, decided_at = $4
      where id = $1 and withdrawn_at is null and decision is distinct from $2 returning donation_id as "donationId"`,
    [id, decided.decision, decided.by, decided.at],
  )
  return rows[0]?.donationId ?? null
}

/** Since when a donor has agreed to be listed; null: not, or not any more. @param email in lower case */
export async function listedSince(db: Queryable, email: string): Promise<Date | null> {
  const { rows } = await db.query<{ since: Date | null }>(
    `select min(e.consented_at) as since from supporter_entries e join donations d on d.id = e.donation_id
      where lower(d.donor_email) = $1 and e.withdrawn_at is null`,
    [email],
  )
  return rows[0]?.since ?? null
}

/** Takes every entry of a donor off the list at once, with what was written for it. @returns how many */
export async function withdrawEntries(tx: Queryable, email: string, at: Date): Promise<number> {
  const { rowCount } = await tx.query(
    `update supporter_entries e set withdrawn_at = $2, name = null, town = null, message = null
       from donations d where d.id = e.donation_id and lower(d.donor_email) = $1 and e.withdrawn_at is null`,
    [email, at],
  )
  return rowCount ?? 0
}

/** For the export of a donor's data. */
export async function entriesOfGifts(
  db: Queryable,
  donationIds: readonly string[],
): Promise<readonly unknown[]> {
  const { rows } = await db.query<Readonly<Record<string, unknown>>>(
    `select name, town, message, language, consent, consented_at as "consentedAt", withdrawn_at as "withdrawnAt",
            decision, decided_at as "decidedAt"
       from supporter_entries where donation_id = any($1::uuid[]) order by consented_at, id`,
    [donationIds],
  )
  return rows
}
