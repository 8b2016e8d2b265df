/**
 * Conditions on donations, in SQL: from the day `:from` and up to the day `:to`, both inclusive, as the newsroom counts days.
 * The second half of each says nothing new: no timezone is two days from another, so it only lets the index on
 * `succeeded_at` find them, which every list is sorted by, and days need no index of their own.
 */
export const sinceDay = 'succeeded_on >= :from and succeeded_at >= cast(:from as date) - 2'
export const untilDay = 'succeeded_on <= :to and succeeded_at < cast(:to as date) + 3'
