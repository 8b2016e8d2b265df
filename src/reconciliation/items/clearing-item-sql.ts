import { BANK_ANSWERS_WITHIN_MS, SETTLES_WITHIN_MS } from './clearing-item.ts'
import { difference, differenceKinds, HOUR_MS, isUnexplained } from './difference.ts'

/** Hours and not days: a day of a time zone may have 23 of them. */
const hours = (ms: number) => `interval '${ms / HOUR_MS} hours'`
/** True as well where there is no such time, as the rule has it. */
const isReadPast = (time: string, ms = HOUR_MS) =>
  `coalesce(${time} + ${hours(ms)} <= cast(:readUpTo as timestamptz), true)`
/** False where there is no such time. */
const isOverdue = (time: string, ms = HOUR_MS) =>
  `coalesce(${time} + ${hours(ms)} <= cast(:readUpTo as timestamptz), false)`

/**
 * The kind of an open clearing item as `clearingDifference` says it, for files of any number of items; a test compares
 * both. The row has the columns of `ledger_open_items` and `has_other_currency`. `:readUpTo` is the time up to which
 * everything at Stripe has been read, `-infinity` where nothing has.
 */
export const clearingKindSql = `case
  when written_off_minor <> 0 then 'changed_after_write_off'
  when has_other_currency then 'currency_mismatch'
  when events_minor is not null and balance_minor is not null then case
    when not ${isReadPast('last_event_at')} then 'not_settled'
    when not ${isReadPast('last_movement_at')} then 'not_booked_yet'
    else 'amount_mismatch' end
  when events_minor is not null then
    case when ${isOverdue('last_event_at', SETTLES_WITHIN_MS)} then 'missing_at_stripe' else 'not_settled' end
  when starts_with(object, 'txn_') then case when 'adjustment' = any(types) then 'adjustment' else 'unknown_type' end
  when types = '{payment}' and not ${isOverdue('last_movement_at', BANK_ANSWERS_WITHIN_MS)} then 'debit_under_way'
  when ${isOverdue('last_movement_at')} then 'missing_here'
  else 'not_booked_yet' end`

/** What a kind means, in the words of the API. @param kind an SQL expression */
export function kindInWordsSql(kind: string, literal: (text: string) => string): string {
  const nothing = { object: '', currency: 'xxx', amountMinor: 0n }
  const words = differenceKinds.map((one) => `when '${one}' then ${literal(difference(one, nothing).what)}`)
  return `case ${kind} ${words.join(' ')} end`
}

/** Whether an item of the kind keeps its month open until somebody explains it. @param kind an SQL expression */
export function needsExplanationSql(kind: string): string {
  return `${kind} in (${differenceKinds
    .filter(isUnexplained)
    .map((one) => `'${one}'`)
    .join(', ')})`
}
