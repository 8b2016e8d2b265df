import { createHash } from 'node:crypto'
import type { Frequency } from '../checkout/attribution.ts'
import { importedGiftKey } from '../donations/imported-gift.ts'
import { parseCurrency, type CurrencyCode } from '../money/currency.ts'
import { amountInFile } from './file-amount.ts'
import { givenTime } from './given-time.ts'
import type { ProblemReason, RowNote, SkipReason } from './history-import.ts'
import { statusWords, type ImportField, type ImportMapping } from './import-mapping.ts'

/** A gift as a row of a file has it. */
export type FileGift = {
  readonly row: number
  readonly externalId: string | null
  readonly giftKey: string
  readonly contentHash: Buffer
  readonly currency: CurrencyCode
  readonly grossMinor: bigint
  /** On the wall of the former system, or with an offset of its own. */
  readonly wallClock: string
  readonly offset: string | null
  readonly frequency: Frequency
  readonly storyUrl: string | null
  readonly campaign: string | null
  readonly donorName: string | null
  readonly donorEmail: string | null
  readonly message: string | null
  readonly anonymous: boolean
  readonly payment: string | null
  readonly formerAgreement: string | null
}

export type ReadRow =
  | { readonly gift: FileGift }
  | { readonly skipped: SkipReason; readonly field: ImportField }
  | { readonly problems: readonly { readonly reason: ProblemReason; readonly field: ImportField | null }[] }

const LONGEST: Readonly<Partial<Record<ImportField, number>>> = {
  id: 120,
  name: 200,
  firstName: 100,
  lastName: 100,
  company: 200,
  email: 254,
  message: 2_000,
  campaign: 200,
  story: 2_000,
  agreement: 120,
  payment: 120,
}
const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/
const YES = /^(yes|true|1|y|ja|oui|s[ií]|так|x)$/i
/** Nobody gave through such a website before. */
const FIRST_DAY = '1990-01-01'

/**
 * A reader of rows. It remembers how often the same row came: two equal gifts of one day without an id are two, and the
 * same two in the next export are no further ones.
 * @param today the newsroom's day: no gift lies in the future
 */
export function rowReader(mapping: ImportMapping, width: number, today: string) {
  const paid = new Set(mapping.paidWords)
  const seen = new Map<string, number>()
  return (row: number, cells: readonly string[]): ReadRow => {
    const problems: { reason: ProblemReason; field: ImportField | null }[] = []
    const cell = (field: ImportField): string => {
      const place = mapping.columns[field]
      return place === null ? '' : plain(cells[place] ?? '')
    }
    const found = (reason: ProblemReason, field: ImportField | null) => void problems.push({ reason, field })
    if (cells.length > 0 && cells.length < width && lastColumn(mapping) >= cells.length)
      found('too_few_cells', null)
    const skipped = skippedBy(cell, paid, mapping, found)
    if (skipped !== null) return skipped
    for (const [field, longest] of Object.entries(LONGEST) as [ImportField, number][])
      // `entries` loses the names
      if (cell(field).length > longest) found('too_long', field)

    const externalId = cell('id') || null
    if (mapping.columns.id !== null && externalId === null) found('id_missing', 'id')
    const currency = cell('currency') === '' ? mapping.currency : parseCurrency(cell('currency'))
    if (currency === null) found('currency_unknown', 'currency')
    const amount = currency === null ? null : amountInFile(cell('amount'), mapping.decimalSign, currency)
    if (amount !== null && 'problem' in amount) found(amount.problem, 'amount')
    const when = givenTime(cell('date'), cell('time'), mapping.dateOrder)
    if ('problem' in when) found(when.problem, when.problem === 'time_unreadable' ? 'time' : 'date')
    else if (when.wallClock.slice(0, 10) > today) found('date_in_the_future', 'date')
    else if (when.wallClock < FIRST_DAY) found('date_too_old', 'date')
    const email = cell('email') || null
    if (email !== null && !EMAIL.test(email)) found('email_not_valid', 'email')
    const storyUrl = cell('story') || null
    if (storyUrl !== null && !/^https?:\/\/[^\s]+$/.test(storyUrl)) found('story_is_no_address', 'story')
    if (
      problems.length > 0 ||
      currency === null ||
      amount === null ||
      'problem' in amount ||
      'problem' in when
    )
      return { problems }

    const gift = {
      row,
      externalId,
      currency,
      grossMinor: amount.minor,
      ...when,
      frequency: frequencyIn(cell('frequency')),
      storyUrl,
      campaign: cell('campaign') || null,
      donorName: nameIn(cell),
      donorEmail: email,
      message: cell('message') || null,
      anonymous: YES.test(cell('anonymous')),
      payment: cell('payment') || null,
      formerAgreement: cell('agreement') || null,
    }
    const contentHash = hashOf(gift, mapping.timezone)
    const idThere = externalId ?? occurrenceOf(contentHash.toString('hex'), seen)
    return { gift: { ...gift, contentHash, giftKey: importedGiftKey(mapping.source, idThere) } }
  }
}

function skippedBy(
  cell: (field: ImportField) => string,
  paid: ReadonlySet<string>,
  { columns }: ImportMapping,
  found: (reason: ProblemReason, field: ImportField | null) => void,
): ReadRow | null {
  // GiveWP's gateway for tests is called Test Donation.
  if (/^test( donation| gateway)?$/i.test(cell('gateway'))) return { skipped: 'test', field: 'gateway' }
  if (/^(test|false|sandbox)$/i.test(cell('mode'))) return { skipped: 'test', field: 'mode' }
  const status = cell('status').toLowerCase()
  if (columns.status !== null && !paid.has(status)) {
    const skipped = (Object.keys(statusWords) as (keyof typeof statusWords)[]) // `keys` loses the names
      .find((reason) => statusWords[reason].includes(status))
    if (skipped) return { skipped, field: 'status' }
    if (/partial/.test(status)) found('refunded_in_part', 'status')
    else found(status === '' ? 'status_missing' : 'status_unknown', 'status')
  }
  const refunded = digitsOf(cell('refunded'))
  if (refunded === '' || YES.test(cell('refunded')))
    return refunded === '' ? null : { skipped: 'refunded', field: 'refunded' }
  if (refunded === digitsOf(cell('amount'))) return { skipped: 'refunded', field: 'refunded' }
  found('refunded_in_part', 'refunded')
  return null
}

/** Digits without zeros at either end, to compare two amounts of one row; empty for nothing. */
function digitsOf(text: string): string {
  const digits = text.replace(/[.,]0{1,3}(?=\D*$)/, '').replace(/\D/g, '')
  return digits.replace(/^0+/, '')
}

function lastColumn({ columns }: ImportMapping): number {
  return Math.max(...Object.values(columns).map((place) => place ?? 0))
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  lt: '<',
  gt: '>',
  apos: "'",
  nbsp: ' ',
}

/** A cell as people read it: Excel's `="001"` and WordPress' `&#8217;` are undone, control characters are gone. */
function plain(cell: string): string {
  const inner = /^="([^"]*)"$/.exec(cell.trim())?.[1] ?? cell
  return inner
    .replace(
      /&(?:#(\d{1,6})|(amp|quot|lt|gt|apos|nbsp));/g,
      (whole, code: string | undefined, name: string | undefined) => {
        if (name !== undefined) return ENTITIES[name] ?? whole
        const point = Number(code)
        return point >= 32 && point < 0x11_00_00 ? String.fromCodePoint(point) : whole
      },
    )
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]|\p{Cs}/gu, '')
    .trim()
}

function nameIn(cell: (field: ImportField) => string): string | null {
  const parts = [cell('firstName'), cell('lastName')].filter((part) => part !== '').join(' ')
  const name = (cell('name') || parts || cell('company')).replace(/\s+/g, ' ')
  return name === '' ? null : name
}

/** A gift that came each week or quarter has no word here: it counts as a single one. */
function frequencyIn(words: string): Frequency {
  if (/^(month|monthly|m|monat|monatlich|mensuel|mensual|щомісяця|1 months?)$/i.test(words)) return 'monthly'
  return /^(year|yearly|annual|annually|y|jahr|jährlich|annuel|anual|щороку|1 years?)$/i.test(words)
    ? 'yearly'
    : 'once'
}

type Content = Omit<FileGift, 'giftKey' | 'contentHash' | 'row'>

function hashOf(gift: Content, timezone: string): Buffer {
  const said = [
    gift.externalId,
    gift.currency,
    String(gift.grossMinor),
    gift.wallClock,
    gift.offset ?? timezone,
    gift.frequency,
    gift.storyUrl,
    gift.campaign,
    gift.donorName,
    gift.donorEmail?.toLowerCase() ?? null,
    gift.message,
    gift.anonymous,
  ]
  return createHash('sha256').update(JSON.stringify(said)).digest()
}

function occurrenceOf(hash: string, seen: Map<string, number>): string {
  const times = (seen.get(hash) ?? 0) + 1
  seen.set(hash, times)
  return `row-${hash}${times === 1 ? '' : `-${times}`}`
}

/** What the database keeps of a row that is no new gift. */
export function notesOf(row: number, read: ReadRow, headingOf: (field: ImportField) => string): RowNote[] {
  if ('gift' in read) return []
  if ('skipped' in read)
    return [{ row, outcome: 'skipped', reason: read.skipped, heading: headingOf(read.field) }]
  return read.problems.map(({ reason, field }) => ({
    row,
    outcome: 'problem',
    reason,
    heading: field === null ? '' : headingOf(field),
  }))
}
