import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barChart, roundTicks, type BarChartData } from '../../src/html/bar-chart.ts'

const size = { width: 720, height: 240, labelWidth: 60, axisWidth: 60 }
const amount = fc.integer({ min: -1_000_000, max: 10_000_000 })
const data = fc.array(fc.tuple(amount, amount), { maxLength: 62 }).map((rows): BarChartData => ({
  ...size,
  bars: rows.map((amounts, index) => ({ label: `Day ${index}`, amounts })),
}))

describe('a bar chart', () => {
  it('has a mark for every amount but zero, of a height in proportion', () => {
    fc.assert(
      fc.property(data, (chart) => {
        const { marks, ticks } = barChart(chart)
        const [low, high] = [ticks[0], ticks.at(-1)]
        const unit = ((low?.y ?? 0) - (high?.y ?? 0)) / ((high?.amount ?? 0) - (low?.amount ?? 0))
        const amounts = chart.bars.flatMap((bar) => bar.amounts)
        expect(marks).toHaveLength(amounts.filter((one) => one !== 0).length)
        for (const { bar, series, height } of marks) {
          const shown = Math.abs(chart.bars[bar]?.amounts[series] ?? Number.NaN)
          expect(Math.abs(height - shown * unit)).toBeLessThan(0.05)
        }
      }),
    )
  })

  it('keeps every mark inside of its frame, apart from its neighbours, on its side of zero', () => {
    fc.assert(
      fc.property(data, (chart) => {
        const { marks, plot } = barChart(chart)
        for (const { x, y, width, height, bar, series } of marks) {
          expect(x).toBeGreaterThanOrEqual(plot.left - 0.01)
          expect(x + width).toBeLessThanOrEqual(plot.right + 0.01)
          expect(y).toBeGreaterThanOrEqual(11.9)
          expect(y + height).toBeLessThanOrEqual(plot.bottom + 0.1)
          const isUp = (chart.bars[bar]?.amounts[series] ?? 0) > 0
          expect(isUp ? y + height <= plot.zero + 0.1 : y >= plot.zero - 0.1).toBe(true)
          const next = marks.find((mark) => mark.bar === bar + 1)
          expect(x + width).toBeLessThanOrEqual((next?.x ?? plot.right) + 0.01)
        }
      }),
    )
  })

  it('stacks the series of a bar without gap or overlap', () => {
    const { marks, plot } = barChart({ ...size, bars: [{ label: 'January', amounts: [300, 100] }] })
    const [once, recurring] = marks
    expect((once?.y ?? 0) + (once?.height ?? 0)).toBeCloseTo(plot.zero, 1)
    expect((recurring?.y ?? 0) + (recurring?.height ?? 0)).toBeCloseTo(once?.y ?? 0, 1)
  })

  it('leaves labels out that would touch', () => {
    fc.assert(
      fc.property(data, (chart) => {
        const { labels } = barChart(chart)
        const apart = labels.slice(1).map(({ x }, index) => x - (labels[index]?.x ?? 0))
        expect(apart.every((distance) => distance >= size.labelWidth - 0.02)).toBe(true)
      }),
    )
  })
})

describe('the ticks of an axis', () => {
  it('are few and round, enclose the range and contain zero', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }), (below, above) => {
        const ticks = roundTicks(-below, above)
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(7)
        expect(ticks[0]).toBeLessThanOrEqual(-below)
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(above)
        expect(ticks.some((tick) => tick === 0)).toBe(true)
      }),
    )
    expect(roundTicks(0, 87)).toEqual([0, 50, 100])
    expect(roundTicks(0, 0)).toEqual([0, 1])
  })
})
