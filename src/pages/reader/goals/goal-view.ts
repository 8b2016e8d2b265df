import { html } from 'hono/html'
import { markupText, page } from '../../../html/layout.ts'
import { formatMoneyShort, money } from '../../../money/money.ts'
import type { Goal, GoalProgress } from '../../../reports/goals/goal.ts'
import { dateFormat } from '../../../text/date-format.ts'
import type { Text } from '../../../text/text.ts'

/** A goal for readers. */
export type GoalView = {
  readonly text: Text
  readonly newsroomName: string
  /** Where a reader gives: absolute. */
  readonly giveUrl: string
  readonly goal: Goal
  readonly progress: GoalProgress
}

/** What `<reader-goal>` shows, in words of the reader's language; `src/widget/browser/goal.ts` reads it. */
export function goalData({ text, giveUrl, goal, progress }: GoalView) {
  const { title, currency, amountMinor, matching, endsOn } = goal
  const t = text.reader
  const amount = (minor: bigint) => formatMoneyShort(money(minor, currency), text.locale)
  const day = dateFormat(text.locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${endsOn}T00:00:00Z`),
  )
  const percents = new Intl.NumberFormat(text.locale, { style: 'percent', maximumFractionDigits: 0 })
  return {
    lang: text.language,
    dir: text.direction,
    title,
    sum: t('goal.sum', { raised: amount(progress.raisedMinor), goal: amount(amountMinor) }),
    percent: progress.percent,
    percentText: percents.format(progress.percent / 100),
    ends: progress.isOver ? t('goal.over', { day }) : t('goal.until', { day }),
    matching:
      matching === null ? null : t('goal.matching', { words: matching.text, amount: amount(matching.minor) }),
    give: t('goal.give'),
    url: giveUrl,
  }
}

/** The page of a goal, to which a link leads where scripts are off. */
export function goalPage(view: GoalView): string {
  const { text, newsroomName, goal, progress } = view
  const data = goalData(view)
  const value = Math.min(progress.percent, 100)
  return page({
    text,
    title: goal.title,
    newsroomName,
    styles: ['reader', 'goal'],
    body: html`<h1 id="goal">${goal.title}</h1>
      <progress class="goal-bar" max="100" value="${value}" aria-labelledby="goal">
        ${data.percentText}
      </progress>
      <p class="goal-sum"><strong>${data.sum}</strong> <span>${data.percentText}</span></p>
      ${data.matching === null ? '' : html`<p>${data.matching}</p>`}
      <p class="quiet">${data.ends}</p>
      <p><a class="button" href="${data.url}">${data.give}</a></p>`,
  })
}

const WIDTH = 480
const PICTURE_STYLE =
  'text{fill:#1d1c1a}.b{fill:#d9dcd8}.f{fill:#0b5d4e}' +
  '@media(prefers-color-scheme:dark){text{fill:#f2f1ee}.b{fill:#3b403d}.f{fill:#63c7b2}}'

/** The same as a picture, for mails and for pages that allow no scripts. A picture follows the reader's dark mode, too. */
export function goalPicture(view: GoalView): string {
  const { text } = view
  const data = goalData(view)
  const filled = (WIDTH * Math.min(view.progress.percent, 100)) / 100
  const isRtl = text.direction === 'rtl'
  const [start, end] = isRtl ? [WIDTH, 0] : [0, WIDTH]
  return markupText(
    html`<svg
      xmlns="http://www.w3.org/2000/svg"
      width="${WIDTH}"
      height="96"
      viewBox="0 0 ${WIDTH} 96"
      role="img"
      aria-labelledby="t"
      xml:lang="${data.lang}"
      direction="${data.dir}"
      font-family="system-ui, sans-serif"
    >
      <title id="t">${data.title}: ${data.sum}</title>
      <style>
        ${PICTURE_STYLE}
      </style>
      <text x="${start}" y="20" font-size="17" font-weight="650">${data.title}</text>
      <rect class="b" y="34" width="${WIDTH}" height="12" rx="6" />
      <rect class="f" x="${isRtl ? WIDTH - filled : 0}" y="34" width="${filled}" height="12" rx="6" />
      <text x="${start}" y="68" font-size="16">${data.sum}</text>
      <text x="${end}" y="68" font-size="16" text-anchor="end">${data.percentText}</text>
      <text x="${start}" y="90" font-size="14">${data.ends}</text>
    </svg>`,
  )
}
