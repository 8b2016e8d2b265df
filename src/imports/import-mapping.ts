import { z } from 'zod'
import { parseCurrency, type CurrencyCode } from '../money/currency.ts'
import { decimalSigns } from './file-amount.ts'
import { dateOrders, provenOrder } from './given-time.ts'

/** What a column can say. `required` ones have a column in every file; the others may have none. */
export const importFields = {
  amount: 'required',
  date: 'required',
  time: 'optional',
  id: 'optional',
  currency: 'optional',
  status: 'optional',
  refunded: 'optional',
  gateway: 'optional',
  mode: 'optional',
  name: 'optional',
  firstName: 'optional',
  lastName: 'optional',
  company: 'optional',
  email: 'optional',
  anonymous: 'optional',
  message: 'optional',
  campaign: 'optional',
  story: 'optional',
  frequency: 'optional',
  agreement: 'optional',
  payment: 'optional',
} as const
export type ImportField = keyof typeof importFields
// `Object.keys` loses the names of the fields.
export const fieldNames = Object.keys(importFields) as ImportField[]

/** Headings by which the columns of an export are recognised, in lower case. */
type Headings = Readonly<Partial<Record<ImportField, readonly string[]>>>

/** Exports of other systems, whose headings are known. */
export const presets = ['givewp', 'donorbox'] as const
export type Preset = (typeof presets)[number]

/**
 * GiveWP: the columns of Donations → Tools → Export. Donorbox: the fields that its API documents
 * (github.com/donorbox/donorbox-api), as a spreadsheet heads them; its export can be changed by whoever makes it.
 */
const HEADINGS: Readonly<Record<Preset, Headings>> = {
  givewp: {
    id: ['donation id'],
    amount: ['donation total'],
    currency: ['currency code'],
    date: ['donation date'],
    time: ['donation time'],
    status: ['donation status'],
    gateway: ['payment gateway'],
    mode: ['payment mode'],
    firstName: ['first name'],
    lastName: ['last name'],
    company: ['company name'],
    email: ['email address'],
    campaign: ['form title'],
    agreement: ['subscription id'],
    payment: ['transaction id', 'gateway transaction id'],
    message: ['donor comment', 'donation note'],
    anonymous: ['anonymous donation'],
  },
  donorbox: {
    id: ['donation id', 'id', 'receipt id'],
    amount: ['amount', 'donation amount'],
    currency: ['currency'],
    date: ['donation date', 'donated at', 'date'],
    status: ['status', 'donation status'],
    refunded: ['amount refunded', 'refunded amount'],
    gateway: ['donation type', 'payment method'],
    name: ['name', 'donor name'],
    firstName: ['first name', "donor's first name", 'donor first name'],
    lastName: ['last name', "donor's last name", 'donor last name'],
    company: ['donating company', 'company'],
    email: ['email', 'donor email', "donor's email"],
    campaign: ['campaign', 'campaign name'],
    agreement: ['plan id', 'recurring plan id'],
    frequency: ['interval', 'recurring interval', 'plan interval', 'recurring donation interval'],
    payment: ['stripe charge id', 'charge id', 'transaction id'],
    message: ['comment', 'donor comment'],
    anonymous: ['anonymous donation', 'make donation anonymous', 'anonymous'],
  },
}

/** Words of any other file. */
const USUAL: Readonly<Record<ImportField, RegExp>> = {
  id: /^(donation|gift|transaction|order|receipt)?[ _-]?(id|number|no\.?)$/i,
  amount: /^(donation |gift |total |gross )?(amount|total|gross|betrag|montant|importe|сума)\b/i,
  currency: /^currency( code)?$|^währung|^devise|^moneda|^валюта/i,
  date: /^(donation |gift |transaction |payment )?(date|datum|fecha|дата)|^(created|donated|paid) ?(at|on)$/i,
  time: /^(donation |gift )?(time|uhrzeit|heure|hora|час)$/i,
  status: /status|estado|statut|стан/i,
  refunded: /refunded/i,
  gateway: /gateway|payment method/i,
  mode: /^(payment |live )?mode$|^livemode$/i,
  name: /^(full |donor |supporter )?name$/i,
  firstName: /first[ _-]?name|vorname|prénom/i,
  lastName: /last[ _-]?name|nachname|surname|^nom$/i,
  company: /company|organi[sz]ation|firma/i,
  email: /e-?mail/i,
  anonymous: /anonym/i,
  message: /message|comment|note/i,
  campaign: /campaign|form title|fund$|kampagne|campaña|campagne/i,
  story: /story|article|page url/i,
  frequency: /frequency|interval|recurrence/i,
  agreement: /(subscription|plan|agreement)[ _-]?id/i,
  payment: /(charge|payment|transaction|stripe)[ _-]?(intent )?id/i,
}

/** What former systems call a gift that was paid, and what they call others; in lower case. */
const PAID_WORDS =
  'complete, completed, paid, succeeded, success, successful, renewal, publish, captured, settled, abgeschlossen, completada, completado, terminé, terminée, завершено'
export const statusWords: Readonly<
  Record<'refunded' | 'pending' | 'abandoned' | 'failed' | 'cancelled', readonly string[]>
> = {
  refunded: [
    'refunded',
    'refund',
    'reversed',
    'charged back',
    'chargeback',
    'disputed',
    'dispute lost',
    'reembolsado',
    'remboursé',
    'erstattet',
  ],
  pending: [
    'pending',
    'processing',
    'preapproval',
    'preapproved',
    'on hold',
    'open',
    'incomplete',
    'pendiente',
    'en attente',
    'ausstehend',
  ],
  abandoned: ['abandoned', 'expired'],
  failed: ['failed', 'failure', 'declined', 'error', 'fehlgeschlagen', 'fallido', 'échoué'],
  cancelled: [
    'cancelled',
    'canceled',
    'revoked',
    'voided',
    'void',
    'trash',
    'deleted',
    'storniert',
    'cancelado',
    'annulé',
  ],
}

const column = z.preprocess(
  (given) => (given === '' || given === undefined ? null : given),
  z.coerce.number().int().min(0).max(499).nullable(),
)
const needed = z.coerce.number().int().min(0).max(499)

function isTimezone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch {
    return false
  }
}

/** How a file is read: which column says what, and what no column says. */
export const importMapping = z.object({
  source: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  columns: z.object({
    ...(Object.fromEntries(
      fieldNames.map((name) => [name, importFields[name] === 'required' ? needed : column]),
      // `fromEntries` loses the names; the schema has each field once.
    ) as Record<ImportField, typeof column>),
    amount: needed,
    date: needed,
  }),
  dateOrder: z.enum(dateOrders),
  decimalSign: z.enum(decimalSigns),
  /** Of the file, or of its rows without one. */
  currency: z.string().transform((code, context): CurrencyCode => {
    const known = parseCurrency(code)
    if (known !== null) return known
    context.issues.push({ code: 'custom', message: 'must be a currency, like USD', input: code })
    return z.NEVER
  }),
  timezone: z.string().refine(isTimezone, 'must be a timezone, like America/New_York'),
  /** Words of the status column that mean that a gift was paid. */
  paidWords: z
    .string()
    .max(2_000)
    .transform((words) =>
      words
        .toLowerCase()
        .split(/\s*[,;\n]\s*/)
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    ),
})
export type ImportMapping = z.output<typeof importMapping>

/** A mapping as the page and the database hold it: as it was typed. */
export type TypedMapping = Readonly<
  Record<'source' | 'dateOrder' | 'decimalSign' | 'currency' | 'timezone' | 'paidWords', string>
> & { readonly columns: Readonly<Record<ImportField, string>> }

/** The beginning of a table. */
export type TableStart = {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The export that these headings are of; null for any other file. */
export function presetOf(headings: readonly string[]): Preset | null {
  const all = new Set(headings.map(plainHeading))
  if (['donation id', 'donation total', 'donation date'].every((name) => all.has(name))) return 'givewp'
  const has = (field: ImportField) => (HEADINGS.donorbox[field] ?? []).some((name) => all.has(name))
  const isDonorbox = ['stripe charge id', 'donated at', 'donating company'].some((name) => all.has(name))
  return isDonorbox && has('amount') && has('date') && has('email') ? 'donorbox' : null
}

function plainHeading(heading: string): string {
  return heading.replaceAll('’', "'").replaceAll('_', ' ').trim().toLowerCase()
}

/**
 * What the columns probably mean. Staff see it before anything is read. The order of dates stays empty where the dates
 * prove none.
 */
export function guessedMapping(
  { headings, rows }: TableStart,
  usual: { readonly currency: CurrencyCode; readonly timezone: string },
  preset: Preset | null = presetOf(headings),
): TypedMapping {
  const plain = headings.map(plainHeading)
  const taken = new Set<number>()
  const placeOf = (field: ImportField): string => {
    const byPreset = preset === null ? [] : (HEADINGS[preset][field] ?? [])
    const known = byPreset.map((name) => plain.indexOf(name)).find((at) => at >= 0 && !taken.has(at))
    const at =
      known ??
      (preset === null ? plain.findIndex((name, place) => !taken.has(place) && USUAL[field].test(name)) : -1)
    if (at < 0) return ''
    taken.add(at)
    return String(at)
  }
  // `fromEntries` loses the names; every field is among them.
  const columns = Object.fromEntries(
    fieldNames.map((name) => [name, placeOf(name)]),
  ) as TypedMapping['columns']
  const cellsOf = (field: ImportField) =>
    columns[field] === '' ? [] : rows.map((row) => row[Number(columns[field])] ?? '')
  return {
    source: preset ?? '',
    columns,
    dateOrder: provenOrder(cellsOf('date')) ?? '',
    decimalSign: guessedSign(cellsOf('amount')),
    currency: usual.currency.toUpperCase(),
    timezone: usual.timezone,
    paidWords: PAID_WORDS,
  }
}

/** A comma before one or two last digits begins decimals, and so does a point; three digits prove nothing. */
function guessedSign(amounts: readonly string[]): string {
  const byComma = amounts.some((text) => /,\d{1,2}\D*$/.test(text))
  const byPoint = amounts.some((text) => /\.\d{1,2}\D*$/.test(text))
  if (byComma && byPoint) return ''
  if (byComma) return ','
  return byPoint || !amounts.some((text) => /[.,]\d{3}\D*$/.test(text)) ? '.' : ''
}
