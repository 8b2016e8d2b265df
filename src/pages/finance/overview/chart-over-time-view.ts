import { html } from 'hono/html'
import { barChartFigure } from '../../../html/bar-chart-view.ts'
import type { Html } from '../../../html/layout.ts'
import { currencyInfo } from '../../../money/currency.ts'
import { formatMoney, money } from '../../../money/money.ts'
import type { Overview, TimeBar } from '../../../reports/overview.ts'
import type { ChartGrain } from '../../../reports/period.ts'
import { dateFormat } from '../../../text/date-format.ts'
import type { Text } from '../../../text/text.ts'
import { dayName, table } from '../frame/finance-layout-view.ts'
import { address, linkChoice, periodFields } from '../frame/period-view.ts'

/** Gross by day, week, month or year, single and recurring gifts apart. */
export function chartOverTime({ bars, period, now }: Overview, text: Text): Html {
  const t = text.finance
  const { grain, grains } = period
  const amount = (minor: number | bigint) => formatMoney(money(BigInt(minor), now.currency), text.language)
  const sumOf = ({ onceMinor, recurringMinor }: TimeBar) => onceMinor + recurringMinor
  const highest = bars.reduce((found, bar) => (sumOf(bar) > sumOf(found) ? bar : found))
  const last = bars.at(-1) ?? highest
  const name = (bar: TimeBar) => barName(bar.from, grain, text)
  const choices = linkChoice(
    t('overview.barsBy'),
    grains.map((one) => ({
      words: t(`overview.grain.${one}`),
      url: address('/finance', {
        ...periodFields(period),
        compare: period.comparison === 'before' ? undefined : period.comparison,
        grain: one,
      }),
      isCurrent: one === grain,
    })),
  )
  return html`${barChartFigure({
    id: 'over-time',
    title: t(`overview.overTime.${grain}`),
    description: t('overview.chartDescription', {
      count: bars.length,
      from: name(bars[0] ?? highest),
      to: name(last),
      highest: amount(sumOf(highest)),
      highestOn: name(highest),
    }),
    series: [t('overview.once'), t('overview.recurring')],
    // A drawing needs no more than the 53 bits of a number.
    bars: bars.map((bar) => ({
      label: shortName(bar.from, grain, text),
      amounts: [Number(bar.onceMinor), Number(bar.recurringMinor)],
    })),
    axisText: (minor) => shortAmount(minor, now.currency, text),
    amountText: amount,
    tableLabel: t('overview.chartTable'),
    table: table(
      t(`overview.overTime.${grain}`),
      [
        { label: t('overview.from') },
        { label: t('overview.once'), isNumber: true },
        { label: t('overview.recurring'), isNumber: true },
        { label: t('overview.both'), isNumber: true },
      ],
      bars.map((bar) => [name(bar), amount(bar.onceMinor), amount(bar.recurringMinor), amount(sumOf(bar))]),
    ),
  })}
  ${grains.length > 1 ? choices : ''}`
}

const FORMATS = {
  day: { day: 'numeric', month: 'short' },
  week: { day: 'numeric', month: 'short' },
  month: { month: 'short', year: '2-digit' },
  year: { year: 'numeric' },
} as const satisfies Readonly<Record<ChartGrain, Intl.DateTimeFormatOptions>>

function shortName(day: string, grain: ChartGrain, text: Text): string {
  const format = dateFormat(text.language, { ...FORMATS[grain], timeZone: 'UTC' })
  return format.format(new Date(`${day}T00:00:00Z`))
}

function barName(day: string, grain: ChartGrain, text: Text): string {
  if (grain === 'day' || grain === 'week') return dayName(day, text)
  return shortName(day, grain, text)
}

/** "$1.2K". */
function shortAmount(minor: number, currency: Overview['now']['currency'], text: Text): string {
  const major = minor / 10 ** currencyInfo(currency).minorDigits
  return major.toLocaleString(text.language, {
    style: 'currency',
    currency,
    notation: 'compact',
    maximumFractionDigits: 1,
    minimumFractionDigits: 0,
  })
}
