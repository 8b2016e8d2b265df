import { z } from 'zod'
import type { Days } from '../calendar/days.ts'
import {
  chartGrains,
  comparedDays,
  comparisons,
  daysOfPreset,
  presets,
  usualGrain,
  fittingGrains,
  type ChartGrain,
  type Comparison,
  type Preset,
} from './period.ts'
import { daysInOrder, NOT_BEFORE_FROM, reportDay } from './report-query.ts'
import { reportBasis, type Basis } from './totals/grouping.ts'

/** The fields of a report about any period. */
export const periodFields = {
  period: z.enum(presets).optional().meta({
    description:
      'A period by name; what still runs ends today. Left out, together with from and to: this_month',
  }),
  from: reportDay
    .optional()
    .meta({ description: 'First day, in the newsroom’s timezone', example: '2026-01-01' }),
  to: reportDay.optional().meta({ description: 'Last day, inclusive', example: '2026-01-31' }),
  basis: reportBasis,
}

/** For `.refine(hasNameOrDays, NAME_OR_DAYS)`. */
export function hasNameOrDays({
  period,
  from,
  to,
}: {
  readonly period?: unknown
  readonly from?: unknown
  readonly to?: unknown
}): boolean {
  return (from === undefined) === (to === undefined) && (period === undefined || from === undefined)
}
export const NAME_OR_DAYS = {
  path: ['period'],
  error: 'must be given, or both from and to instead',
  when: () => true,
}

export const overviewQuery = z
  .strictObject({
    ...periodFields,
    compare: z
      .enum(comparisons)
      .default('before')
      .meta({ description: 'before: the period before; year_before: the same days a year before' }),
    grain: z.enum(chartGrains).optional().meta({
      description: 'The length of the bars over time; a longer one is taken where there would be too many',
    }),
  })
  .refine(hasNameOrDays, NAME_OR_DAYS)
  .refine(daysInOrder, NOT_BEFORE_FROM)
export type OverviewQuery = z.output<typeof overviewQuery>

/** The days that a report is about, and how they were chosen. */
export type ReportPeriod = { readonly days: Days; readonly preset: Preset | null; readonly basis: Basis }

export function reportPeriod(
  query: z.output<z.ZodObject<typeof periodFields>>,
  today: string,
  fiscalYearStarts: number,
): ReportPeriod {
  const { period, from, to, basis } = query
  if (from !== undefined && to !== undefined) return { days: { from, to }, preset: null, basis }
  const preset = period ?? 'this_month'
  return { days: daysOfPreset(preset, today, fiscalYearStarts), preset, basis }
}

/** What the overview is about. */
export type OverviewPeriod = ReportPeriod & {
  readonly comparison: Comparison
  readonly compared: Days
  readonly grain: ChartGrain
  /** The lengths of bars that may be chosen. */
  readonly grains: readonly ChartGrain[]
}

export function overviewPeriod(
  query: OverviewQuery,
  today: string,
  fiscalYearStarts: number,
): OverviewPeriod {
  const period = reportPeriod(query, today, fiscalYearStarts)
  const { days, preset } = period
  const grains = fittingGrains(days)
  const { compare: comparison, grain } = query
  return {
    ...period,
    comparison,
    compared: comparedDays(days, comparison, preset),
    grain: grain !== undefined && grains.includes(grain) ? grain : usualGrain(days),
    grains,
  }
}
