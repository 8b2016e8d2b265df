import { html } from 'hono/html'
import { barChart, type BarChartData, type BarChartMarks } from './bar-chart.ts'
import type { Html } from './layout.ts'

/** What a bar chart shows. Its bars are stacked; each series has a pattern of its own, so that no colour is needed. */
export type BarChart = {
  /** Begins the ids in the markup; unique on the page. */
  readonly id: string
  readonly title: string
  /** For those who do not see it: what the chart shows, and its extremes. */
  readonly description: string
  /** The names of the series, two at most, the one at the axis first. */
  readonly series: readonly string[]
  readonly bars: BarChartData['bars']
  /** An amount at the axis; short. */
  readonly axisText: (amount: number) => string
  /** An amount of a bar, exact. */
  readonly amountText: (amount: number) => string
  /** The same figures as a table. */
  readonly table: Html
  readonly tableLabel: string
}

/** A drawing for wide screens and paper, and one for phones: text in a drawing that shrinks could not be read. */
const SIZES = {
  wide: { width: 900, height: 260, labelWidth: 64, axisWidth: 64 },
  narrow: { width: 340, height: 220, labelWidth: 60, axisWidth: 52 },
} as const

/** The chart with its legend, and its table under it. */
export function barChartFigure(chart: BarChart): Html {
  const { id, title, series, table, tableLabel } = chart
  return html`<figure class="chart">
    <figcaption>
      <span class="chart-title" id="${id}-title">${title}</span>
      ${
        series.length > 1
          ? html`<span class="legend">
              ${series.map(
                (name, index) =>
                  html`<span
                    ><svg class="swatch" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                      ${patternOf(`${id}-swatch`, index)}
                      <rect class="bar" width="16" height="16" ${fillOf(`${id}-swatch`, index)} /></svg
                    >${name}</span
                  >`,
              )}
            </span>`
          : ''
      }
    </figcaption>
    ${drawing(chart, 'wide')} ${drawing(chart, 'narrow')}
    <details class="chart-table">
      <summary>${tableLabel}</summary>
      ${table}
    </details>
  </figure>`
}

function drawing(chart: BarChart, size: keyof typeof SIZES): Html {
  const { description, series, bars, axisText, amountText } = chart
  const id = `${chart.id}-${size}`
  const { width, height } = SIZES[size]
  const { marks, ticks, labels, plot } = barChart({ bars, ...SIZES[size] })
  const patterns = series.map((_, index) => patternOf(id, index))
  return html`<svg
    class="drawing ${size}"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-labelledby="${chart.id}-title"
    aria-describedby="${id}-description"
  >
    <desc id="${id}-description">${description}</desc>
    ${patterns} ${grid(ticks, plot, axisText)}
    ${marks.map(
      (mark) =>
        html`<rect
          class="bar"
          x="${mark.x}"
          y="${mark.y}"
          width="${mark.width}"
          height="${mark.height}"
          ${fillOf(id, mark.series)}
        >
          <title>
            ${bars[mark.bar]?.label ?? ''}: ${series[mark.series] ?? ''}
            ${amountText(bars[mark.bar]?.amounts[mark.series] ?? 0)}
          </title>
        </rect>`,
    )}
    <line class="zero" x1="${plot.left}" x2="${plot.right}" y1="${plot.zero}" y2="${plot.zero}" />
    ${labels.map(
      ({ text, x }) =>
        html`<text class="label" x="${x}" y="${height - 6}" text-anchor="middle">${text}</text>`,
    )}
  </svg>`
}

function grid(
  ticks: BarChartMarks['ticks'],
  plot: BarChartMarks['plot'],
  axisText: BarChart['axisText'],
): Html {
  return html`${ticks.map(
    ({ amount, y }) =>
      html`<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${y}" y2="${y}" />
        <text class="label" x="${plot.left - 8}" y="${y + 4}" text-anchor="end">${axisText(amount)}</text>`,
  )}`
}

/** The first series is solid; the second is striped. */
function patternOf(id: string, series: number): Html {
  if (series === 0) return html``
  return html`<pattern
    id="${id}-pattern"
    width="6"
    height="6"
    patternUnits="userSpaceOnUse"
    patternTransform="rotate(45)"
  >
    <rect class="stripe-ground" width="6" height="6" />
    <rect class="stripe" width="3" height="6" />
  </pattern>`
}

function fillOf(id: string, series: number): Html {
  return series === 0 ? html`` : html`fill="url(#${id}-pattern)"`
}

/** A bar in the cell of a table, from the left; the table's number says the same. @param share 0 to 1 */
export function cellBar(share: number): Html {
  const width = Math.round(Math.max(0, Math.min(1, share)) * 1000) / 10
  return html`<svg class="cell-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect width="${width}" height="8" />
  </svg>`
}
