/** One change of the tables, and what verifying must find because of it. */
export type Tampering = {
  /** Completes "names exactly what was changed when …". */
  readonly name: string
  /** A query for one row; its column `object` is given to the other fields. */
  readonly select: string
  readonly sql: (object: string) => string
  /** Kind and object of each finding; an object that ends in `_` or `-` stands for all that begin with it. */
  readonly finds: (object: string) => readonly string[]
  /** The same without asking Stripe, where it differs: the stored balance transactions are then taken for right. */
  readonly offline?: (object: string) => readonly string[]
}

// Parts of the queries and changes that tamperings are made of.

export const donation = (where: string) =>
  `select payment_intent_id as object from donations where ${where} order by 1 limit 1`
export const unreversed = `status = 'succeeded' and stripe_invoice_id is null and id not in (select donation_id from refunds) and id not in (select donation_id from disputes)`
export const posting = (where: string) =>
  `select source || ' ' || effect as object from ledger_transactions t where ${where} order by 1 limit 1`
export const postingId = (object: string) =>
  `(select id from ledger_transactions where source || ' ' || effect = '${object}')`
export const receipt = (where: string) =>
  `select year || '-' || lpad(number::text, 6, '0') as object from receipts r where ${where} order by 1 desc limit 1`
export const numbered = (object: string) =>
  `(year, number) = (${object.slice(0, 4)}, ${Number(object.slice(5))})`
export const voided = `exists (select from receipt_voidings v where (v.year, v.number) = (r.year, r.number))`
export const replaced = `exists (select from receipts n where (n.replaces_year, n.replaces_number) = (r.year, r.number))`
export const inPayout = `id in (select balance_transaction_id from payout_items)`
export const movement = (where: string) =>
  `select id as object from balance_transactions where ${where} order by 1 limit 1`
export const change = (table: string, set: string, key: string) => (object: string) =>
  `update ${table} set ${set} where ${key} = '${object}'`
export const findsOnly = (kind: string) => (object: string) => [`${kind} ${object}`]
