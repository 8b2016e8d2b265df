import type { CurrencyCode } from '../../money/currency.ts'
import type { DonationCursor, DonationFilters, Order, Search, Sort, StripeObject } from './donation-search.ts'
import { currenciesByDigits, minorOf, type PlainAmount } from '../plain-amount.ts'
import { giftWordsSql, partsOf, storyWordsSql } from './search-words-sql.ts'

/** A condition on `donations d` with named values. */
export type Condition = {
  readonly sql: string
  readonly values: Readonly<Record<string, string | number>>
}

/**
 * Words are looked up in the kept texts, or in those of the periods that the value `:periods` names, or of the range of amounts
 * that `:range` names, or in those that a table `with_words` of the statement names, or the donations are read one by one.
 */
export type WordsLookup = 'kept' | 'periods' | 'amounts' | 'with_words' | 'read'

/**
 * The filters as alternatives: the list holds what fulfils one of them, and nothing fulfils two.
 * @param words how words are looked for
 */
export function filterConditions(filters: DonationFilters, words: WordsLookup = 'kept'): Condition[][] {
  const common = [
    ...equalConditions(filters),
    ...amountConditions(filters),
    ...relatedConditions(filters),
    ...(filters.q === undefined ? [] : [searchCondition(filters.q, words)]),
  ]
  return dayConditions(filters).map((days) => [...days, ...common])
}

export function valuesOf(conditions: readonly Condition[]): Condition['values'] {
  return Object.assign({}, ...conditions.map(({ values }) => values))
}

// The second half of each excludes nothing more, since no timezone is two days away from another. It lets Postgres use
// the index on `succeeded_at`, which sorts the list anyway, so that days need no index of their own.
const FROM_DAY = 'd.succeeded_on >= :from and d.succeeded_at >= cast(:from as date) - 2'
const TO_DAY = 'd.succeeded_on <= :to and d.succeeded_at < cast(:to as date) + 3'

/** A gift that became known after its month was closed is booked in a later one; any other on its day. */
const BOOKED_LATE = `t.effect = 'donation_succeeded' and t.period is not null`

/** The donations that were booked late, on a day from `:first` to `:last`. */
export const BOOKED_LATE_WITHIN = `select t.donation_id from ledger_transactions t where ${BOOKED_LATE}
    and t.booked_on between :first and :last`

/** The days of the filters, where one end may be open; null without any. */
export function daysOfRange({ from, to }: Pick<DonationFilters, 'from' | 'to'>) {
  return from === undefined && to === undefined
    ? null
    : { first: from ?? '0001-01-01', last: to ?? '9999-12-31' }
}

export function dayConditions({ from, to, basis = 'booked' }: DonationFilters): Condition[][] {
  const values = daysOfRange({ from, to })
  if (values === null) return [[]]
  const given = [
    ...(from === undefined ? [] : [{ sql: FROM_DAY, values: { from } }]),
    ...(to === undefined ? [] : [{ sql: TO_DAY, values: { to } }]),
  ]
  if (basis === 'given') return [given]
  const bookedElsewhere = `exists (select from ledger_transactions t where t.donation_id = d.id and ${BOOKED_LATE}
    and t.booked_on not between :first and :last)`
  return [
    [...given, { sql: `not ${bookedElsewhere}`, values }],
    [{ sql: `d.id in (${BOOKED_LATE_WITHIN}) and d.succeeded_on not between :first and :last`, values }],
  ]
}

function equalConditions({ status, currency, frequency, story, campaign }: DonationFilters): Condition[] {
  const equal = (column: string, name: string, value: string | undefined): Condition[] =>
    value === undefined ? [] : [{ sql: `d.${column} = :${name}`, values: { [name]: value } }]
  return [
    ...equal('status', 'status', status),
    ...equal('currency', 'currency', currency),
    ...equal('frequency', 'frequency', frequency),
    ...equal('article_url', 'story', story),
    ...equal('campaign_name', 'campaign', campaign),
  ]
}

/** An amount without its currency means another number of minor units in currencies with other decimals. */
function compared(
  name: string,
  operator: '>=' | '<=' | '=',
  amount: PlainAmount,
  currency: CurrencyCode | null = null,
): Condition {
  const known = currenciesByDigits.filter(
    ({ digits }) => operator !== '=' || minorOf(amount, digits, 'up') === minorOf(amount, digits, 'down'),
  )
  const rounded = operator === '<=' ? 'down' : 'up'
  return {
    sql: `(${known
      .map(
        ({ digits }) =>
          `d.currency = any(cast(:codes${digits} as text[])) and d.gross_minor ${operator} cast(:${name}${digits} as bigint)`,
      )
      .join(' or ')})`,
    values: Object.fromEntries(
      known.flatMap(({ digits, currencies }) => [
        [
          `codes${digits}`,
          `{${currencies.filter((code) => currency === null || code === currency).join(',')}}`,
        ],
        [`${name}${digits}`, String(minorOf(amount, digits, rounded))],
      ]),
    ),
  }
}

function amountConditions({ atLeast, atMost }: DonationFilters): Condition[] {
  return [
    ...(atLeast === undefined ? [] : [compared('least', '>=', atLeast)]),
    ...(atMost === undefined ? [] : [compared('most', '<=', atMost)]),
  ]
}

function relatedConditions({ payout, receipt, donor, fund, import: importId }: DonationFilters): Condition[] {
  return [
    ...(payout === undefined ? [] : [{ sql: OF_PAYOUT, values: { payout } }]),
    ...(receipt === undefined ? [] : [receiptCondition(receipt)]),
    ...(donor === undefined ? [] : [{ sql: OF_DONOR, values: { donor } }]),
    ...(importId === undefined ? [] : [{ sql: OF_IMPORT, values: { importId } }]),
    ...(fund === undefined ? [] : [{ sql: OF_FUND, values: { fund } }]),
  ]
}

// Arrays, which Postgres looks up in the index of each column before it looks at a gift.
const OF_FUND = `(d.campaign_name = any(array(select r.key from restrictions r where r.kind = 'campaign' and r.fund = :fund))
  or d.article_url = any(array(select r.key from restrictions r where r.kind = 'article' and r.fund = :fund)))`

const OF_IMPORT = `d.id in (select g.donation_id from imported_gifts g where g.import_id = cast(:importId as uuid))`

const OF_PAYOUT = `d.payment_intent_id in (select b.payment_intent_id
  from payout_items i join balance_transactions b on b.id = i.balance_transaction_id where i.payout_id = :payout)`

/** A gift without an address is its own donor. */
const OF_DONOR = `(d.id = cast(:donor as uuid)
  or lower(d.donor_email) = (select lower(o.donor_email) from donations o where o.id = cast(:donor as uuid)))`

// Any revision, since auditors ask for voided ones, too.
function receiptCondition({
  year,
  sequence,
}: {
  readonly year: number
  readonly sequence: bigint
}): Condition {
  return {
    sql: `d.id in (select donation_id from receipts where year = :year and number = cast(:sequence as bigint))`,
    values: { year, sequence: String(sequence) },
  }
}

const BY_STRIPE_ID: Readonly<Record<StripeObject, string>> = {
  payment_intent: 'd.payment_intent_id = :object',
  charge: 'd.charge_id = :object',
  session: 'd.stripe_session_id = :object',
  reversal: `d.id in (select donation_id from refunds where id = :object union select donation_id from disputes where id = :object)`,
  invoice: 'd.stripe_invoice_id = :object',
  subscription: 'd.stripe_subscription_id = :object',
  payout: OF_PAYOUT.replace(':payout', ':object'),
  balance_transaction: `d.payment_intent_id = (select payment_intent_id from balance_transactions where id = :object)`,
}

/** As the words are kept; `ilike` would take twice as long. */
const hasWords = (d: string) =>
  `(${giftWordsSql(d)} like lower(:words) or ${storyWordsSql(d)} like lower(:words))`
const READ_WORDS = hasWords('d')
/**
 * Words are looked up in the texts that the fold of the reports keeps, and in the few donations that it has not come to
 * yet. The donation itself decides, so that who was erased just now is not found. The ids are looked up first, as an
 * array: otherwise Postgres may look each donation up among the texts.
 */
const keptWords = (found: string) => `${READ_WORDS} and d.id = any(array(
  ${found}
  union all
  select coalesce(q.donation_id, t.donation_id) from report_queue q
    left join ledger_transactions t on t.id = q.ledger_transaction_id
  union all
  select o.id from report_fold_states f join donations o on f.lines_filled_at is null and o.id > f.folded_to
  where ${hasWords('o')}))`

/** The donations of the stories that have the words. */
const OF_STORIES = `select o.id from donations o where o.article_url = any(array(
    select t.article_url from report_search_stories t where t.words like lower(:words)))`

/**
 * Whether a kept text has the words. The index is asked for their parts; the words themselves are compared without it.
 * @param t a table of texts
 */
function textHasWords(t: string, { words }: WordSearch): string {
  const parts = partsOf(words).map((_, index) => `${t}.words like lower(:part${index}) and `)
  return parts.length === 0
    ? `${t}.words like lower(:words)`
    : `${parts.join('')}${t}.words || '' like lower(:words)`
}

/** Those of them whose own text does not have the words, each looked up by itself, for a statement that counts. */
export const OF_STORIES_ALONE = `${OF_STORIES} and not exists (
    select from report_search_texts x where x.donation_id = o.id and x.words like lower(:words) offset 0)`

/** The donations whose kept text has the words, or whose story. */
export const withWords = (search: WordSearch, ofStories = OF_STORIES) =>
  `select s.donation_id from report_search_texts s where ${textHasWords('s', search)} union all ${ofStories}`

/** The moments from `:windowFrom` to the one before `:windowUntil`, as a condition on `succeeded_at` of a table. */
export const withinWindow = (d: string) =>
  `${d}.succeeded_at >= cast(:windowFrom as timestamptz) and ${d}.succeeded_at < cast(:windowUntil as timestamptz)`

/**
 * Those of the periods `:periods`, one period after the other, so that a limit ends it early. The periods hold all days from
 * `:windowFrom` to `:windowUntil`.
 */
export const withWordsInPeriods = (
  search: WordSearch,
  ofStories = OF_STORIES,
) => `select s.donation_id from unnest(cast(:periods as int[])) as p(period)
  cross join lateral (
    select t.donation_id from report_search_texts t where t.periods @> array[p.period] and ${textHasWords('t', search)} offset 0) s
  union all ${ofStories} and ${withinWindow('o')}`

/** The amounts of a currency from `:rangeLeast` to less than `:rangeBelow`, as a condition on a table. */
export const withinRange = (d: string) =>
  `${d}.currency = :rangeCurrency and ${d}.gross_minor >= cast(:rangeLeast as bigint) and ${d}.gross_minor < cast(:rangeBelow as bigint)`

/** Those of the range of amounts `:range`. */
const withWordsInRange = (search: WordSearch) => `select s.donation_id from report_search_texts s
    where s.periods @> array[cast(:range as int)] and ${textHasWords('s', search)}
  union all ${OF_STORIES} and ${withinRange('o')}`

const WORDS: Readonly<Record<WordsLookup, (search: WordSearch) => string>> = {
  kept: (search) => keptWords(withWords(search)),
  periods: (search) => keptWords(withWordsInPeriods(search)),
  amounts: (search) => keptWords(withWordsInRange(search)),
  with_words: () => keptWords('select w.donation_id from with_words w'),
  read: () => READ_WORDS,
}

/** The words and their parts as patterns of LIKE. */
function wordsPatterns({ words }: WordSearch): Condition['values'] {
  const pattern = (text: string) => `%${likeLiteral(text)}%`
  const parts = partsOf(words).map((part, index) => [`part${index}`, pattern(part)])
  return { words: pattern(words), ...Object.fromEntries(parts) }
}

export type WordSearch = Extract<Search, { readonly by: 'words' }>

function searchCondition(search: Search, words: WordsLookup): Condition {
  switch (search.by) {
    case 'receipt':
      return receiptCondition(search)
    case 'email':
      return { sql: 'lower(d.donor_email) like :email', values: { email: `${likeLiteral(search.start)}%` } }
    case 'amount':
      return compared('exact', '=', search.amount, search.currency)
    case 'words':
      return { sql: WORDS[words](search), values: wordsPatterns(search) }
    default:
      return { sql: BY_STRIPE_ID[search.by], values: { object: search.id } }
  }
}

/** The text with LIKE's wildcards escaped. */
function likeLiteral(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

/** What a list is sorted by, besides the id of what is equal in all of it. Indexes on donations have the same expressions. */
const SORT_KEYS: Readonly<Record<Sort, readonly ((d: string) => string)[]>> = {
  date: [(d) => `${d}.succeeded_at`],
  amount: [(d) => `${d}.currency`, (d) => `${d}.gross_minor`],
  donor: [(d) => `coalesce(lower(${d}.donor_name), '')`],
  story: [(d) => `coalesce(${d}.article_title, ${d}.article_url, '')`],
}

const OTHER_WAY: Readonly<Record<Order, Order>> = { asc: 'desc', desc: 'asc' }

/** The order in which a page is read; a page before a cursor is read backwards. */
export function readingOrder(sort: Sort, order: Order, cursor: DonationCursor | undefined): string {
  const read = cursor?.way === 'before' ? OTHER_WAY[order] : order
  return [...SORT_KEYS[sort].map((key) => key('d')), 'd.id'].map((key) => `${key} ${read}`).join(', ')
}

export function cursorCondition(cursor: DonationCursor | undefined): Condition[] {
  if (cursor === undefined) return []
  const { sort, order, way, id } = cursor
  const keys = SORT_KEYS[sort]
  const ofCursor = keys.map(
    (key) => `(select ${key('c')} from donations c where c.id = cast(:cursor as uuid))`,
  )
  const comparison = (order === 'asc') === (way === 'after') ? '>' : '<'
  const sql = `(${keys.map((key) => key('d')).join(', ')}, d.id) ${comparison} (${ofCursor.join(', ')}, cast(:cursor as uuid))`
  return [{ sql, values: { cursor: id } }]
}
