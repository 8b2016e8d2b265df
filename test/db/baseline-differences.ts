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
  'index donations.donations_one_per_charge': partlyUnique(
    'donations_one_per_charge',
    'donations',
    'charge_id',
  ),
  'index donations.donations_one_per_invoice': partlyUnique(
    'donations_one_per_invoice',
    'donations',
    'stripe_invoice_id',
  ),
  'index receipts.receipts_replaced_once': partlyUnique(
    'receipts_replaced_once',
    'receipts',
    'replaces_number',
    'replaces_year, replaces_number',
  ),
  ...checkedByStatement('inbox_states', 'inbox_states_belong_to_an_event', {
    orphan: '(select 1 from inbox_events e where e.id = a.inbox_event_id) is null',
    message: 'an inbox state belongs to no event',
  }),
  'trigger inbox_states.inbox_states_keep_their_event':
    'O CREATE TRIGGER inbox_states_keep_their_event BEFORE UPDATE ON public.inbox_states FOR EACH ROW WHEN ((old.inbox_event_id <> new.inbox_event_id)) EXECUTE FUNCTION refuse_change()',
  ...checkedByStatement('ledger_transactions', 'ledger_transactions_donation_exists', {
    orphan: 'a.donation_id is not null and (select 1 from donations d where d.id = a.donation_id) is null',
    message: 'a ledger transaction refers to an unknown donation',
  }),
  ...checkedByStatement('ledger_entries', 'ledger_entries_belong_to_a_transaction', {
    orphan: '(select 1 from ledger_transactions t where t.id = a.ledger_transaction_id) is null',
    message: 'a ledger entry belongs to no transaction',
  }),
  ...checkedByStatement('receipts', 'receipts_donation_exists', {
    orphan: '(select 1 from donations d where d.id = a.donation_id) is null',
    message: 'a receipt refers to an unknown donation',
  }),
  ...checkedByStatement('receipts', 'receipts_profile_exists', {
    orphan: '(select 1 from newsroom_profiles p where p.id = a.newsroom_profile_id) is null',
    message: 'a receipt refers to an unknown newsroom profile',
  }),
}

/** Entries whose definition is another one now. */
export const CHANGED: Readonly<Record<string, string>> = {
  'table checkouts': 'logged {fillfactor=50}',
  'function donations_money_is_final': `CREATE OR REPLACE FUNCTION public.donations_money_is_final() RETURNS trigger LANGUAGE plpgsql AS $function$ begin raise exception 'a donation''s id, payment, currency and gross are final' using errcode = 'restrict_violation'; end $function$`,
  'trigger donations.donations_money_is_final':
    'O CREATE TRIGGER donations_money_is_final BEFORE UPDATE ON public.donations FOR EACH ROW WHEN (((((old.id IS DISTINCT FROM new.id) OR (old.payment_intent_id IS DISTINCT FROM new.payment_intent_id)) OR (old.currency IS DISTINCT FROM new.currency)) OR (old.gross_minor IS DISTINCT FROM new.gross_minor))) EXECUTE FUNCTION donations_money_is_final()',
}

/** Entries that are gone: a trigger or a partial index of the same name keeps the rule. */
export const REMOVED: readonly string[] = [
  'constraint donations.donations_one_per_charge',
  'constraint donations.donations_one_per_invoice',
  'constraint receipts.receipts_replaced_once',
  'constraint inbox_states.inbox_states_belong_to_an_event',
  'constraint ledger_transactions.ledger_transactions_donation_exists',
  'constraint ledger_entries.ledger_entries_belong_to_a_transaction',
  'constraint receipts.receipts_donation_exists',
  'constraint receipts.receipts_profile_exists',
]

/** A check of a closed set of words, as Postgres prints it. */
function oneOf(column: string, words: readonly string[]): string {
  return `CHECK ((${column} = ANY (ARRAY[${words.map((word) => `'${word}'::text`).join(', ')}])))`
}

/** A unique index of the rows whose `column` is set, as Postgres prints it. */
function partlyUnique(name: string, table: string, column: string, columns = column): string {
  return `CREATE UNIQUE INDEX ${name} ON public.${table} USING btree (${columns}) WHERE (${column} IS NOT NULL)`
}

/** The trigger and the function that check for all rows of a statement what a foreign key checked for each. */
function checkedByStatement(
  table: string,
  name: string,
  { orphan, message }: { readonly orphan: string; readonly message: string },
): Readonly<Record<string, string>> {
  return {
    [`function ${name}`]:
      `CREATE OR REPLACE FUNCTION public.${name}() RETURNS trigger LANGUAGE plpgsql AS $function$ begin ` +
      `if exists ( select 1 from added a where ${orphan} ) then raise exception '${message}' ` +
      `using errcode = 'foreign_key_violation', constraint = '${name}'; end if; return null; end $function$`,
    [`trigger ${table}.${name}`]:
      `O CREATE TRIGGER ${name} AFTER INSERT ON public.${table} REFERENCING NEW TABLE AS added ` +
      `FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`,
  }
}
