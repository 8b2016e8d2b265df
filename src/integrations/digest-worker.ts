import type pg from 'pg'
import type { Logger } from 'pino'
import { dayAway } from '../calendar/days.ts'
import { localDate } from '../calendar/local-date.ts'
import type { Reporting } from '../config/config.ts'
import type { CurrencyCode } from '../money/currency.ts'
import { amountInWords } from '../receipts/receipt.ts'
import { articleTitles } from '../reports/article-title-store.ts'
import { figures } from '../reports/totals/read-figures.ts'
import { dateFormat } from '../text/date-format.ts'
import { textFor } from '../text/text.ts'
import type { DigestResult } from './digest-gateway.ts'
import { markSent, takeDay } from './digest-store.ts'

const TOP_STORIES = 3
const text = textFor('en')

export type DigestDeps = {
  readonly pool: pg.Pool
  readonly post: (text: string) => Promise<DigestResult>
  readonly timezone: string
  readonly newsroomName: string
  readonly reporting: Pick<Reporting, 'currency'>
  readonly clock: () => Date
  readonly log: Logger
}

/** One round of sending the sums of yesterday, once a day whichever worker does it; a failed try is repeated some times. */
export function digestRound(deps: DigestDeps): () => Promise<boolean> {
  const { pool, post, timezone, newsroomName, reporting, clock, log } = deps
  return async () => {
    const day = dayAway(localDate(clock(), timezone), -1)
    if (!(await takeDay(pool, day))) return false
    const result = await post(await digestText(pool, { day, newsroomName }, reporting))
    if (result === 'sent') await markSent(pool, day)
    else log.warn({ day, result }, 'the daily digest was not taken')
    return false
  }
}

/** It names no donor. */
async function digestText(
  pool: pg.Pool,
  { day, newsroomName }: { readonly day: string; readonly newsroomName: string },
  { currency }: Pick<Reporting, 'currency'>,
): Promise<string> {
  const asked = { from: day, to: day, basis: 'booked', reportingCurrency: currency } as const
  const { total } = await figures(pool, { ...asked, by: 'all' })
  const byStory = await figures(pool, { ...asked, by: 'article', order: 'net', limit: TOP_STORIES + 1 })
  const stories = byStory.rows
    .flatMap(({ key, converted }) => (key === null ? [] : [{ key, netMinor: converted.netMinor }]))
    .slice(0, TOP_STORIES)
  const titles = await articleTitles(
    pool,
    stories.map(({ key }) => key),
  )
  const amount = (minor: bigint, of: CurrencyCode) => amountInWords({ minor, currency: of }, text)
  const t = text.mail
  const { converted, currencies } = total
  const format = dateFormat(text.language, { dateStyle: 'full', timeZone: 'UTC' })
  return [
    t('digest.title', { newsroom: newsroomName, day: format.format(new Date(`${day}T00:00:00Z`)) }),
    ...(currencies.length === 0
      ? [t('digest.none')]
      : [
          // A day may have refunds and no gift of a currency.
          ...(currencies.every(({ donations }) => donations === 0n) ? [t('digest.none')] : []),
          ...currencies
            .filter(({ donations }) => donations > 0n)
            .map((of) =>
              t('digest.sum', { count: Number(of.donations), amount: amount(of.grossMinor, of.currency) }),
            ),
          t('digest.net', { amount: amount(converted.netMinor, currency) }),
        ]),
    ...(stories.length === 0 ? [] : [t('digest.stories')]),
    ...stories.map(({ key, netMinor }) =>
      t('digest.story', { title: titles.get(key) ?? key, amount: amount(netMinor, currency) }),
    ),
  ]
    .map(escaped)
    .join('\n')
}

/** Slack's three control characters: docs.slack.dev/messaging/formatting-message-text. */
const escaped = (line: string): string =>
  line.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
