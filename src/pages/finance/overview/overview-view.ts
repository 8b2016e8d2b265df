import { html } from 'hono/html'
import { mayActAs } from '../../../access/role.ts'
import { cellBar } from '../../../html/bar-chart-view.ts'
import { type Html, webUrl, withMarkup } from '../../../html/layout.ts'
import type { CurrencyCode } from '../../../money/currency.ts'
import { formatMoney, money } from '../../../money/money.ts'
import type { Overview, Ranked } from '../../../reports/overview.ts'
import { comparisons } from '../../../reports/period.ts'
import type { Text } from '../../../text/text.ts'
import { dateAndTime, dayName, financePage, table, type FinanceFrame } from '../frame/finance-layout-view.ts'
import { fundsTable } from '../frame/funds-table-view.ts'
import { address, linkChoice, periodChoice, periodFields, type AddressFields } from '../frame/period-view.ts'
import type { AttentionItem } from '../../../reports/attention/attention-items.ts'
import { attention } from './attention-view.ts'
import { chartOverTime } from './chart-over-time-view.ts'
import { currencyTable } from './currency-table-view.ts'
import { changeText, keyFigures, shareText } from './key-figures-view.ts'

export type OverviewView = FinanceFrame & {
  readonly overview: Overview
  /** What recurring gifts bring next month, in the reporting currency; null: they are in currencies without a rate. */
  readonly expectedMinor: bigint | null
  readonly attention: readonly AttentionItem[]
  /** The figures are complete up to this time. */
  readonly asOf: Date
  /** Steps of the set-up that are to do, for those who may open its page. */
  readonly setUpLeft?: number
}

const PATH = '/finance'

export function overviewPage(view: OverviewView): string {
  const { text, overview, asOf } = view
  const { period, now } = overview
  const t = text.finance
  const time = dateAndTime(asOf, view)
  const days = { from: dayName(period.days.from, text), to: dayName(period.days.to, text) }
  const isEmpty = now.donations === 0n && now.grossMinor === 0n && now.netMinor === 0n
  return financePage(view, {
    title: t('overview.title'),
    current: 'overview',
    body: html`<div class="overview">
      <h1>${t('overview.title')}</h1>
      <p class="lead period-days">
        ${t('overview.days', days)}
        <span class="small quiet"
          >${t('overview.comparedWith', { from: dayName(period.compared.from, text), to: dayName(period.compared.to, text) })}</span
        >
      </p>
      ${periodChoice(PATH, period, keptFields(overview), view)} ${headline(overview, text)}
      ${attention(view.attention, text)}
      ${view.setUpLeft ? html`<p>${t('setUp.left', { count: view.setUpLeft })} <a href="/finance/set-up">${t('setUp.link')}</a></p>` : ''}
      ${mayActAs(view.role, 'auditor') && !isEmpty ? html`<p><a href="${address('/finance/donations', periodFields(period))}">${t('overview.giftsOfPeriod')}</a></p>` : ''}
      ${isEmpty ? html`<p class="notice">${t('overview.none')}</p>` : html`${notes(overview, text)} ${chartOverTime(overview, text)}`}
      ${comparison(overview, text)} ${keyFigures(overview, view.expectedMinor, view)}
      ${isEmpty ? '' : currencyTable(overview, text)} ${isEmpty ? '' : rankings(overview, text)}
      ${fundsTable(overview.restricted, now, periodFields(period), view)}
      <footer class="small quiet">
        <p>
          ${t(`overview.basis.${period.basis}`)}
          <a href="${otherBasis(overview)}"
            >${t(`overview.toBasis.${period.basis === 'booked' ? 'given' : 'booked'}`)}</a
          >
        </p>
        <p>${withMarkup(t, 'overview.asOf', { time })}</p>
      </footer>
    </div>`,
  })
}

/** What the address keeps when another period is chosen. */
function keptFields({ period }: Pick<Overview, 'period'>): AddressFields {
  return { compare: period.comparison === 'before' ? undefined : period.comparison }
}

function otherBasis({ period }: Overview): string {
  const basis = period.basis === 'booked' ? 'given' : undefined
  return address(PATH, { ...periodFields(period), ...keptFields({ period }), basis })
}

/** The four figures that are looked at first. */
function headline({ now, before }: Overview, text: Text): Html {
  const t = text.finance
  const amount = (minor: bigint) => formatMoney(money(minor, now.currency), text.language)
  const figures = [
    {
      name: t('overview.netOf', { currency: now.currency.toUpperCase() }),
      value: amount(now.netMinor),
      change: changeText(now.netMinor, before.netMinor, amount, text),
    },
    {
      name: t('overview.gross'),
      value: amount(now.grossMinor),
      change: changeText(now.grossMinor, before.grossMinor, amount, text),
    },
    {
      name: t('overview.fees'),
      value: amount(now.feesMinor),
      change:
        now.feeShare === null
          ? ''
          : t(now.unsettled > 0n ? 'overview.ofGrossSoFar' : 'overview.ofGross', {
              share: shareText(now.feeShare, text),
            }),
    },
    {
      name: t('overview.gifts'),
      value: now.donations.toLocaleString(text.language),
      change: changeText(now.donations, before.donations, (n) => n.toLocaleString(text.language), text),
    },
  ]
  return html`<dl class="headline">
    ${figures.map(
      ({ name, value, change }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value} <span class="quiet">${change}</span></dd>
        </div>`,
    )}
  </dl>`
}

/** What the reader must know about the figures; nothing where there is nothing to say. */
function notes({ now }: Overview, text: Text): Html {
  const t = text.finance
  const currency = now.currency.toUpperCase()
  const count = Number(now.unsettled)
  const words = [
    ...(count > 0 ? [t('overview.feesWait', { count, number: count.toLocaleString(text.language) })] : []),
    ...(now.isEstimated ? [t('overview.estimated', { currency })] : []),
    ...(now.notConverted.length > 0
      ? [t('overview.notConverted', { currency, currencies: codes(now.notConverted, text) })]
      : []),
  ]
  return words.length === 0 ? html`` : html`<p class="small quiet">${words.join(' ')}</p>`
}

function codes(currencies: readonly CurrencyCode[], text: Text): string {
  const list = new Intl.ListFormat(text.language)
  return list.format(currencies.map((code) => code.toUpperCase()))
}

function comparison({ period }: Overview, text: Text): Html {
  const t = text.finance
  return linkChoice(
    t('period.compareLabel'),
    comparisons.map((name) => ({
      words: t(`period.compare.${name}`),
      url: address(PATH, { ...periodFields(period), compare: name === 'before' ? undefined : name }),
      isCurrent: name === period.comparison,
    })),
  )
}

function rankings({ stories, campaigns, period, now }: Overview, text: Text): Html {
  const t = text.finance
  const fields = periodFields(period)
  const ranking = (kind: 'stories' | 'campaigns', rows: readonly Ranked[]) =>
    html`<section>
      ${
        rows.length === 0
          ? html`<h2>${t(kind === 'stories' ? 'overview.topStories' : 'overview.topCampaigns')}</h2>
              <p class="quiet">${t(kind === 'stories' ? 'overview.noStories' : 'overview.noCampaigns')}</p>`
          : rankedTable(kind, rows, now.currency, text)
      }
      <p>
        <a href="${address(`/finance/reports/${kind}`, fields)}"
          >${t(kind === 'stories' ? 'overview.allStories' : 'overview.allCampaigns')}</a
        >
        ${
          rows.length === 0
            ? ''
            : html`·
                <a href="${address(`/finance/reports/${kind}.csv`, fields)}" download
                  >${t(kind === 'stories' ? 'overview.storiesCsv' : 'overview.campaignsCsv')}</a
                >`
        }
      </p>
    </section>`
  return html`<div class="side-by-side">
    ${ranking('stories', stories)} ${ranking('campaigns', campaigns)}
  </div>`
}

function rankedTable(
  kind: 'stories' | 'campaigns',
  rows: readonly Ranked[],
  currency: CurrencyCode,
  text: Text,
): Html {
  const t = text.finance
  const [largest] = rows.map(({ netMinor }) => netMinor)
  return table(
    t(kind === 'stories' ? 'overview.topStories' : 'overview.topCampaigns'),
    [
      { label: t(kind === 'stories' ? 'overview.story' : 'overview.campaign') },
      { label: t('overview.gifts'), isNumber: true },
      { label: t('overview.net'), isNumber: true },
    ],
    rows.map((row) => [
      html`${rankedName(row, kind)}
      ${row.fund === null ? '' : html`<span class="small quiet">${t('overview.restrictedTo', { fund: row.fund })}</span>`}
      ${cellBar(largest === undefined || largest <= 0n ? 0 : Number((row.netMinor * 1000n) / largest) / 1000)}`,
      row.donations.toLocaleString(text.language),
      formatMoney(money(row.netMinor, currency), text.language),
    ]),
  )
}

/** A story's title leads to the article; a campaign has only its name. */
function rankedName({ key, title }: Pick<Ranked, 'key' | 'title'>, kind: 'stories' | 'campaigns'): Html {
  return kind === 'stories' ? html`<a href="${webUrl(key)}">${title ?? key}</a>` : html`${key}`
}
