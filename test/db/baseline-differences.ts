/**
 * Everything in which the baseline's schema differs from the one that the twenty migrations before it made
 * (fixtures/schema-before-baseline.json). The test compares the two entry by entry, so a difference that is not listed
 * here fails it. Keys and definitions are those of schema-catalogue.ts.
 */

/** Old → new names of tables and functions, in every entry. */
export const RENAMED: Readonly<Record<string, string>> = {
  sweeps: 'sync_states',
  month_exceptions: 'month_sign_offs',
  donation_money_is_final: 'donations_money_is_final',
  closed_months_stay: 'ledger_transactions_leave_closed_months',
}

/**
 * Old → new words in the entries of one table or function (under its new name) and nowhere else: columns, constraints,
 * indexes, stored words, variables.
 */
export const RENAMED_IN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  inbox_events: { inbox_events_kept_once: 'inbox_events_stored_once' },
  inbox_states: {
    concerns: 'correlation_id',
    kept: 'ignored',
    poisoned: 'failed',
    inbox_states_by_concern: 'inbox_states_by_correlation_id',
    inbox_states_set_apart: 'inbox_states_need_attention',
    inbox_states_setting_apart_has_a_reason: 'inbox_states_unresolved_outcome_has_a_reason',
  },
  subscriptions: {
    subscriptions_to_ask: 'subscriptions_stale',
    subscriptions_by_reading: 'subscriptions_by_read_at',
  },
  ledger_transactions: { late_for: 'period' },
  ledger_entries_balance: { crooked: 'unbalanced' },
  receipts: {
    edition: 'revision',
    receipts_editions_start_at_one: 'receipts_revisions_start_at_one',
    receipts_later_edition_cites_the_one_before: 'receipts_later_revision_cites_the_one_before',
    receipts_one_of_each_edition: 'receipts_one_of_each_revision',
  },
  receipt_voidings: { money_came_back: 'reversal_undone' },
  receipt_reservations: { void_told: 'void_mailed' },
  sync_states: {
    refilled: 'recovered',
    sweeps_pkey: 'sync_states_pkey',
    sweeps_name_is_known: 'sync_states_name_is_known',
  },
  month_sign_offs: {
    signed_by: 'signed_off_by',
    signed_at: 'signed_off_at',
    month_exceptions_pkey: 'month_sign_offs_pkey',
    month_exceptions_month_is_a_month: 'month_sign_offs_month_is_a_month',
    month_exceptions_reason_is_given: 'month_sign_offs_reason_is_given',
    month_exceptions_by_month: 'month_sign_offs_by_month',
    month_exceptions_are_evidence: 'month_sign_offs_are_evidence',
  },
  staff_sign_in_links: { staff_sign_in_links_staff_id_fkey: 'staff_sign_in_links_belong_to_staff' },
}

const CURRENCY_CODE = `CHECK ((currency ~ '^[a-z]{3}$'::text))`

/** Entries that had no counterpart. */
export const ADDED: Readonly<Record<string, string>> = {
  'constraint day_totals.day_totals_currency_is_a_code': CURRENCY_CODE,
  'constraint disputes.disputes_currency_is_a_code': CURRENCY_CODE,
  'constraint month_sign_offs.month_sign_offs_currency_is_a_code': CURRENCY_CODE,
  'constraint payouts.payouts_currency_is_a_code': CURRENCY_CODE,
  'constraint receipts.receipts_currency_is_a_code': CURRENCY_CODE,
  'constraint refund_requests.refund_requests_currency_is_a_code': CURRENCY_CODE,
  'constraint refunds.refunds_currency_is_a_code': CURRENCY_CODE,
  'constraint balance_transactions.balance_transactions_presentment_currency_is_a_code': `CHECK ((presentment_currency ~ '^[a-z]{3}$'::text))`,
  'constraint day_totals.day_totals_frequency_is_known': oneOf('frequency', ['once', 'monthly', 'yearly']),
  'constraint ledger_transactions.ledger_transactions_effect_is_known': oneOf('effect', [
    'donation_succeeded',
    'refunded',
    'refund_failed',
    'bank_returned',
    'dispute_withdrawn',
    'dispute_reinstated',
    'settled',
  ]),
  'constraint ledger_transactions.ledger_transactions_period_is_a_month': `CHECK ((period ~ '^[1-9]\\d{3}-(0[1-9]|1[0-2])$'::text))`,
  'constraint month_sign_offs.month_sign_offs_kind_is_known': oneOf('kind', [
    'not_settled',
    'not_booked_yet',
    'debit_under_way',
    'missing_at_stripe',
    'missing_here',
    'amount_mismatch',
    'currency_mismatch',
    'unknown_type',
    'adjustment',
    'refunded_too_much',
    'disputed_too_much',
    'reversed_twice',
    'payout_failed',
    'payout_not_returned',
    'payout_amount_mismatch',
    'payout_not_itemisable',
    'payout_items_mismatch',
    'payout_item_unknown',
    'unprocessed_event',
  ]),
}

/** Entries whose definition is another one now. */
export const CHANGED: Readonly<Record<string, string>> = {}

/** Entries that are gone. */
export const REMOVED: readonly string[] = []

/** A check of a closed set of words, as Postgres prints it. */
function oneOf(column: string, words: readonly string[]): string {
  return `CHECK ((${column} = ANY (ARRAY[${words.map((word) => `'${word}'::text`).join(', ')}])))`
}
