export type Tampering = {
  readonly name: string
  /** One row whose `object` is what must be named. */
  readonly of: string
  readonly sql: (object: string) => string
  /** Kinds, with the object where another one than `object`. */
  readonly finds: (object: string) => readonly string[]
  /** Without asking Stripe, where that is something else: its own books are then believed as they were kept. */
  readonly offline?: (object: string) => readonly string[]
}

export const donation = (where: string) =>
  `select payment_intent_id as object from donations where ${where} order by 1 limit 1`
export const untouched = `status = 'succeeded' and stripe_invoice_id is null and id not in (select donation_id from refunds) and id not in (select donation_id from disputes)`
export const posting = (where: string) =>
  `select source || ' ' || effect as object from ledger_transactions t where ${where} order by 1 limit 1`
export const posted = (object: string) =>
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
export const only = (kind: string) => (object: string) => [`${kind} ${object}`]
