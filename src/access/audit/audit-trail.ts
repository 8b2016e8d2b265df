import type { Actor } from '../actor.ts'

/**
 * Every act that the audit trail knows, in the past tense, by the alphabet. The pages name each of them in
 * `src/text/en/finance/audit.ts`.
 */
export const auditedActs = [
  'account_codes_changed',
  'address_corrected',
  'attack_mode_armed',
  'attack_mode_controlled',
  'attack_mode_eased',
  'attack_mode_ended',
  'attack_mode_tightened',
  'bank_columns_chosen',
  'bank_statement_uploaded',
  'books_exported',
  'deposit_matched',
  'deposit_unmatched',
  'difference_signed_off',
  'donor_asked',
  'donor_erased',
  'donor_erasure_requested',
  'donor_exported',
  'donors_exported',
  'events_backfilled',
  'events_replayed',
  'explanation_ended',
  'explanation_made',
  'group_signed_off',
  'fund_marked',
  'fund_unmarked',
  'giving_switched_off',
  'giving_switched_on',
  'goal_added',
  'goal_taken_down',
  'import_cancelled',
  'import_mapped',
  'import_started',
  'import_taken_back',
  'import_uploaded',
  'mail_left_unsent',
  'mail_sent_again',
  'month_closed',
  'newsletter_reader_erased',
  'newsletter_sent_again',
  'other_activity_decided',
  'other_sessions_ended',
  'recovery_code_used',
  'recovery_codes_made',
  'recurring_amount_changed',
  'recurring_card_change_asked',
  'recurring_paused',
  'recurring_resumed',
  'recurring_stop_asked',
  'note_added',
  'note_withdrawn',
  'question_answered',
  'receipt_corrected',
  'refund_requested',
  'report_mail_changed',
  'second_factor_added',
  'second_factor_removed',
  'second_factor_reset',
  'secrets_sealed_anew',
  'session_ended',
  'sign_in_link_printed',
  'sign_offs_reviewed',
  'signed_in',
  'signed_out',
  'staff_added',
  'staff_let_in_again',
  'staff_removed',
  'staff_role_changed',
  'statement_read',
  'statements_cancelled',
  'statements_downloaded',
  'statements_requested',
  'supporter_agreed',
  'supporter_approved',
  'supporter_hidden',
  'supporter_withdrew',
  'token_created',
  'token_revoked',
  'view_deleted',
  'view_saved',
  'webhook_deliveries_replayed',
  'webhook_endpoint_added',
  'webhook_endpoint_changed',
  'webhook_endpoint_deleted',
  'webhook_endpoint_disabled',
  'webhook_endpoint_enabled',
  'webhook_secret_rolled',
  'webhook_test_sent',
  'write_off_approved',
  'write_off_declined',
  'write_off_prepared',
  'write_off_reversed',
  'written_off',
] as const
export type AuditedAct = (typeof auditedActs)[number]

type AuditedValue = string | number | boolean | null
/** What an act replaced or brought about, as JSON. Never a donor's name or address: `maskedAddress` hides an address. */
export type AuditedState = Readonly<Record<string, AuditedValue | readonly AuditedValue[]>>

/** Something that somebody did. */
export type Act = {
  readonly actor: Actor
  readonly act: AuditedAct
  /** What it is about: `donation/ID`, `month/2026-03`, `staff/ID`. The first word is in lower case, with hyphens. */
  readonly subject: `${string}/${string}`
  readonly before?: AuditedState
  readonly after?: AuditedState
  readonly at: Date
}

/** `a…@reader.example`: enough to recognise an address by whoever knows it, too little to write to. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@')
  if (at < 0) return '…'
  const [first = ''] = address.slice(0, at)
  return `${first}…${address.slice(at)}`
}
