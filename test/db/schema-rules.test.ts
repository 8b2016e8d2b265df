import { afterAll, beforeAll, expect, test } from 'vitest'
import { actorKinds } from '../../src/access/actor.ts'
import { authenticationKinds } from '../../src/access/audit/authentication-log.ts'
import { askedFromPlaces } from '../../src/access/sign-in/link-budget.ts'
import { roles, type Role } from '../../src/access/role.ts'
import type { Frequency } from '../../src/checkout/attribution.ts'
import type { CheckoutStatus } from '../../src/checkout/checkout-status.ts'
import { statementJobStatuses } from '../../src/donors/statements/statement-job.ts'
import { messageSources } from '../../src/donors/messages/reader-message.ts'
import { entryDecisions } from '../../src/donors/supporters/supporter-entry.ts'
import { exportKinds, exportOutcomes } from '../../src/exports/export-log.ts'
import { fileFormats } from '../../src/exports/formats/export-table.ts'
import { historyImportStatuses } from '../../src/imports/history-import.ts'
import type { Origin, Outcome } from '../../src/inbox/inbox-event.ts'
import type { LedgerAccount, LedgerEffect } from '../../src/ledger/ledger.ts'
import { consentSources, endReasons, type ConsentSource } from '../../src/newsletter/consent.ts'
import { toolFailures, type ToolAction } from '../../src/newsletter/tool-delivery.ts'
import { legalStatuses } from '../../src/newsroom/profile.ts'
import { deliveryFailures, interventions, type OutboxMessage } from '../../src/outbox/outbox.ts'
import type { VoidReason } from '../../src/receipts/receipt-revisions.ts'
import type { DifferenceKind } from '../../src/reconciliation/items/difference.ts'
import {
  holdingAccounts,
  writeOffDecisions,
  writeOffTargets,
} from '../../src/reconciliation/write-offs/write-off.ts'
import { standingKinds } from '../../src/reconciliation/explanations/standing-explanation.ts'
import type { DonationStatus } from '../../src/refunds/donation-balance.ts'
import { refundReasons } from '../../src/refunds/refund-request.ts'
import type { Refund, RefundStatus } from '../../src/refunds/reversals.ts'
import type { SyncName } from '../../src/sync/sync-state-store.ts'
import { testDatabase, type TestDatabase } from '../kit/database.ts'
import { readSchemaCatalogue } from './schema-catalogue.ts'

/** What holds for every table, whichever migration made it. */
type Entry = { readonly table: string; readonly name: string; readonly definition: string }

let db: TestDatabase
let entries: (kind: string) => Entry[]
beforeAll(async () => {
  db = await testDatabase()
  const catalogue = Object.entries(await readSchemaCatalogue(db.database.pool))
  entries = (kind) =>
    catalogue
      .filter(([key]) => key.startsWith(`${kind} `))
      .map(([key, definition]) => {
        const [table = '', name = ''] = key.slice(kind.length + 1).split('.')
        return { table, name, definition }
      })
})
afterAll(() => db.drop())

const named = ({ table, name }: Entry) => `${table}.${name}`

test('every constraint, index and trigger has its table’s name and a rule in words', () => {
  const all = ['constraint', 'index', 'trigger'].flatMap((kind) => entries(kind))
  expect(all.length).toBeGreaterThan(150)
  // Postgres' own name for a primary key says the rule already.
  const unnamed = ({ table, name, definition }: Entry) => {
    const columns = /^(?:UNIQUE|FOREIGN KEY) \(([^)]*)\)/.exec(definition)?.[1]?.replaceAll(', ', '_')
    return (
      /_(check|idx|excl)\d*$/.test(name) ||
      [`${table}_${columns}_key`, `${table}_${columns}_fkey`].includes(name)
    )
  }
  expect(
    all.filter((entry) => !entry.name.startsWith(`${entry.table}_`) || unnamed(entry)).map(named),
  ).toEqual([])
})

test('every table has a comment that says what a row is', () => {
  const commented = entries('comment on table').map(({ table }) => table)
  expect(entries('table').map(({ table }) => table)).toEqual(commented)
})

test('every currency column is checked to be a code', () => {
  const columns = entries('column').filter(({ name }) => /(^|_)currency$/.test(name))
  expect(columns.length).toBeGreaterThan(10)
  const checks = entries('constraint')
  const isChecked = (column: Entry) =>
    checks.some(
      ({ table, definition }) =>
        table === column.table && definition === `CHECK ((${column.name} ~ '^[a-z]{3}$'::text))`,
    )
  expect(columns.filter((column) => !isChecked(column)).map(named)).toEqual([])
})

/** Columns that hold Stripe's words, of lists that Stripe may extend. */
const OPEN = [
  'disputes.status',
  'payouts.status',
  'refunds.reason',
  'subscriptions.status',
  'disputes.reason',
]

test('every column of our own words is checked to hold one of them', () => {
  const words = /^(account|effect|frequency|itemisation|kind|legal_status|origin|outcome|role|status)$/
  const columns = entries('column').filter(
    (column) => words.test(column.name) && !OPEN.includes(named(column)),
  )
  expect(columns.length).toBeGreaterThan(15)
  const checks = entries('constraint')
  const isChecked = (column: Entry) =>
    checks.some(
      ({ table, definition }) =>
        table === column.table && definition.startsWith(`CHECK ((${column.name} = ANY (ARRAY[`),
    )
  // inbox_events.account is an id of Stripe's.
  expect(columns.filter((column) => !isChecked(column)).map(named)).toEqual(['inbox_events.account'])
})

/** The compiler refuses a list that lacks a word of the type, or has one more. */
function wordsOf<Word extends string>(words: Readonly<Record<Word, true>>): string[] {
  return Object.keys(words)
}

const ledgerAccounts = wordsOf<LedgerAccount>({
  donations: true,
  refunds: true,
  disputes: true,
  stripe_fees: true,
  dispute_fees: true,
  stripe_clearing: true,
  stripe_balance: true,
  payouts_in_transit: true,
  bank: true,
  fx: true,
  opening_balance: true,
  stripe_reserve: true,
  other_stripe_activity: true,
  other_programs: true,
  write_offs: true,
  other_income: true,
  other_expenses: true,
  imported_history: true,
})
const frequencies = wordsOf<Frequency>({ once: true, monthly: true, yearly: true })

test.each<readonly [column: string, words: readonly string[]]>([
  ['history_imports.status', historyImportStatuses],
  ['history_import_notes.outcome', ['problem', 'skipped']],
  ['history_import_staged.frequency', frequencies],
  ['newsroom_profiles.legal_status', legalStatuses],
  ['checkouts.frequency', frequencies],
  [
    'checkouts.status',
    wordsOf<CheckoutStatus>({
      created: true,
      open: true,
      processing: true,
      expired: true,
      failed: true,
      succeeded: true,
    }),
  ],
  ['inbox_events.origin', wordsOf<Origin>({ webhook: true, event_list: true, object_list: true })],
  [
    'inbox_states.outcome',
    wordsOf<Outcome | 'pending'>({
      pending: true,
      waiting: true,
      applied: true,
      ignored: true,
      quarantined: true,
      failed: true,
    }),
  ],
  ['donations.frequency', frequencies],
  [
    'donations.status',
    wordsOf<DonationStatus>({
      succeeded: true,
      partially_refunded: true,
      refunded: true,
      disputed: true,
      dispute_lost: true,
      returned: true,
    }),
  ],
  ['day_totals.frequency', frequencies],
  ['report_lines.frequency', frequencies],
  ['refunds.kind', wordsOf<Refund['kind']>({ refund: true, bank_return: true })],
  [
    'refunds.status',
    wordsOf<RefundStatus>({
      requires_action: true,
      pending: true,
      succeeded: true,
      canceled: true,
      failed: true,
    }),
  ],
  ['refund_requests.reason', refundReasons],
  [
    'ledger_transactions.effect',
    wordsOf<LedgerEffect>({
      donation_succeeded: true,
      donation_redated_from: true,
      donation_redated_to: true,
      refunded: true,
      refund_failed: true,
      bank_returned: true,
      dispute_withdrawn: true,
      dispute_reinstated: true,
      settled: true,
      opened: true,
      concerns_earlier: true,
      concerns_others: true,
      is_ours_after_all: true,
      arrived: true,
      arrival_undone: true,
      written_off: true,
      write_off_reversed: true,
      imported: true,
      import_taken_back: true,
    }),
  ],
  ['ledger_entries.account', ledgerAccounts],
  ['account_codes.account', ledgerAccounts],
  ['exports.kind', exportKinds],
  ['statement_jobs.status', statementJobStatuses],
  ['exports.format', fileFormats],
  ['exports.outcome', exportOutcomes],
  [
    'receipt_voidings.reason',
    wordsOf<VoidReason>({
      refunded: true,
      dispute_lost: true,
      bank_returned: true,
      reversal_undone: true,
      redated: true,
      corrected: true,
    }),
  ],
  [
    'outbox_messages.kind',
    wordsOf<OutboxMessage['kind']>({
      receipt: true,
      receipt_voided: true,
      staff_sign_in: true,
      staff_welcome: true,
      monthly_report: true,
      payment_refused: true,
      recurring_failed: true,
      recurring_card_expires: true,
      recurring_stopped: true,
      recurring_reminder: true,
      webhook_disabled: true,
      donor_link: true,
      reader_message: true,
      newsletter_confirm: true,
      checkout_reminder: true,
      recurring_changed: true,
      recurring_paused: true,
      recurring_resumed: true,
      message_digest: true,
    }),
  ],
  ['reader_messages.source', [...messageSources]],
  ['supporter_entries.decision', [...entryDecisions]],
  ['newsletter_consents.source', [...consentSources]],
  ['newsletter_wishes.source', ['checkout', 'thank_you'] satisfies ConsentSource[]],
  ['newsletter_consents.ended_because', [...endReasons]],
  ['newsletter_deliveries.action', wordsOf<ToolAction>({ subscribe: true, unsubscribe: true })],
  ['newsletter_deliveries.failure', [...toolFailures]],
  [
    'sync_states.name',
    wordsOf<SyncName>({ balance_transactions: true, payouts: true, events: true, objects: true }),
  ],
  [
    'month_sign_offs.kind',
    wordsOf<DifferenceKind>({
      not_settled: true,
      not_booked_yet: true,
      debit_under_way: true,
      recorded_later: true,
      settled_later: true,
      missing_at_stripe: true,
      missing_here: true,
      amount_mismatch: true,
      currency_mismatch: true,
      unknown_type: true,
      adjustment: true,
      refunded_too_much: true,
      disputed_too_much: true,
      reversed_twice: true,
      payout_failed: true,
      payout_not_returned: true,
      payout_amount_mismatch: true,
      payout_not_itemisable: true,
      payout_items_mismatch: true,
      payout_item_unknown: true,
      unprocessed_event: true,
      unreadable_row: true,
      payout_unknown: true,
      payout_never_itemised: true,
      reserve_held: true,
      stripe_product: true,
      other_stripe_activity: true,
      other_activity: true,
      changed_after_write_off: true,
    }),
  ],
  ['audit_trail.actor_kind', actorKinds],
  ['standing_explanations.kind', standingKinds],
  ['write_offs.kind', Object.keys(holdingAccounts)],
  ['write_offs.to_account', writeOffTargets],
  ['write_off_decisions.decision', writeOffDecisions],
  ['staff.role', roles satisfies readonly Role[]],
  ['api_tokens.role', roles],
  ['authentication_log.kind', authenticationKinds],
  ['authentication_log.asked_from', askedFromPlaces],
  ['staff_sign_in_links.asked_from', askedFromPlaces],
  ['outbox_messages.asked_from', askedFromPlaces],
  ['outbox_messages.failure', deliveryFailures],
  ['outbox_interventions.kind', interventions],
])('%s takes the words that the code knows, and no other', (column, words) => {
  const [table = '', name = ''] = column.split('.')
  const [check, ...more] = entries('constraint').filter(
    (entry) => entry.table === table && entry.definition.startsWith(`CHECK ((${name} = ANY (ARRAY[`),
  )
  expect(more).toEqual([])
  const taken = Array.from(check?.definition.matchAll(/'(\w+)'::text/g) ?? [], ([, word = '']) => word)
  expect(taken.toSorted()).toEqual(words.toSorted())
})

test('no trigger is disabled', () => {
  const triggers = entries('trigger')
  expect(triggers.length).toBeGreaterThan(10)
  // O fires but for replication, A always.
  expect(triggers.filter(({ definition }) => !/^[OA] /.test(definition)).map(named)).toEqual([])
})
