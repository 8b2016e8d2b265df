/** Where the parts of a bar chart stand, in the units of its view box. Data in, marks out: nothing here draws. */

export type BarChartData = {
  /** One for each bar, in order. */
  readonly bars: readonly {
    readonly label: string
    /** One amount for each series, stacked from the axis outwards. */
    readonly amounts: readonly number[]
  }[]
  readonly width: number
  readonly height: number
  /** About how wide a label under a bar is. */
  readonly labelWidth: number
  /** Room for the labels of the axis at the left. */
  readonly axisWidth: number
}

export type BarMark = {
  readonly bar: number
  readonly series: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export type BarChartMarks = {
  readonly marks: readonly BarMark[]
  /** Horizontal lines at round amounts, zero among them. */
  readonly ticks: readonly { readonly amount: number; readonly y: number }[]
  /** The labels that have room under their bars. */
  readonly labels: readonly { readonly text: string; readonly x: number }[]
  readonly plot: {
    readonly left: number
    readonly right: number
    readonly zero: number
    readonly bottom: number
  }
}

const TOP = 12
const BOTTOM = 26
const MOST_TICKS = 5

export function barChart(data: BarChartData): BarChartMarks {
  const { bars, width, height, axisWidth } = data
  const ends = bars.map(({ amounts }) => stackEnds(amounts))
  const ticks = roundTicks(
    Math.min(0, ...ends.map(({ lowest }) => lowest)),
    Math.max(0, ...ends.map(({ highest }) => highest)),
  )
  const [bottomTick = 0] = ticks
  const topTick = ticks.at(-1) ?? 1
  const bottom = height - BOTTOM
  const yOf = (amount: number) =>
    rounded(bottom - ((amount - bottomTick) / (topTick - bottomTick)) * (bottom - TOP))
  const step = (width - axisWidth) / Math.max(1, bars.length)
  const thickness = Math.min(48, step * (bars.length > 40 ? 0.9 : 0.72))
  const middleOf = (bar: number) => axisWidth + step * (bar + 0.5)
  const marks = bars.flatMap(({ amounts }, bar) => {
    const stack = { up: 0, down: 0 }
    return amounts.flatMap((amount, series): BarMark[] => {
      if (amount === 0) return []
      const side = amount > 0 ? 'up' : 'down'
      const start = stack[side]
      stack[side] += amount
      const [a, b] = [yOf(start), yOf(stack[side])]
      return [
        {
          bar,
          series,
          x: rounded(middleOf(bar) - thickness / 2),
          y: Math.min(a, b),
          width: rounded(thickness),
          height: rounded(Math.abs(a - b)),
        },
      ]
    })
  })
  const every = Math.max(1, Math.ceil(data.labelWidth / step))
  // A label at the right edge would be cut off.
  const hasRoom = (bar: number) => middleOf(bar) + data.labelWidth / 2 <= width + step / 2
  const labels = bars.flatMap(({ label }, bar) =>
    bar % every === 0 && (bar === 0 || hasRoom(bar)) ? [{ text: label, x: rounded(middleOf(bar)) }] : [],
  )
  return {
    marks,
    ticks: ticks.map((amount) => ({ amount, y: yOf(amount) })),
    labels,
    plot: { left: axisWidth, right: width, zero: yOf(0), bottom },
  }
}

function stackEnds(amounts: readonly number[]) {
  const sum = (sign: 1 | -1) =>
    amounts.reduce((total, amount) => (amount * sign > 0 ? total + amount : total), 0)
  return { lowest: sum(-1), highest: sum(1) }
}

/** Multiples of 1, 2 or 5 times a power of ten that enclose the range; one unit above zero where there is no range. */
export function roundTicks(lowest: number, highest: number): number[] {
  const span = highest - lowest || 1
  const rough = span / (MOST_TICKS - 1)
  const power = 10 ** Math.floor(Math.log10(rough))
  // Amounts are whole minor units.
  const unit = Math.max(1, power * (ROUND_STEPS.find((factor) => rough <= factor * power) ?? 10))
  const first = Math.floor(lowest / unit)
  const last = Math.max(first + 1, Math.ceil(highest / unit))
  return Array.from({ length: last - first + 1 }, (_, index) => rounded((first + index) * unit))
}

const ROUND_STEPS = [1, 2, 5, 10]

/** Short enough for markup, and exact enough for a screen. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
