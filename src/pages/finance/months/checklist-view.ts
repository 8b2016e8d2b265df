import { html } from 'hono/html'
import { daysOf, parseMonth } from '../../../calendar/month.ts'
import { type Html, withMarkup } from '../../../html/layout.ts'
import { itemCount } from '../../../reconciliation/items/clearing-item.ts'
import type { ClosingObstacle } from '../../../reconciliation/months/closing-obstacle.ts'
import { dateAndTime, dayName, monthName } from '../frame/finance-layout-view.ts'
import {
  sumsOf,
  timingDifferencesOf,
  toExplain,
  waitsForApproval,
  type MonthView,
} from './month-parts-view.ts'
import { counted, sumsText } from './month-words-view.ts'

type State = 'done' | 'to_do' | 'waiting'
type Check = {
  readonly title: string
  readonly state: State
  readonly words: Html | string
  readonly url?: string
}

/** The checklist of a month as an accountant works it off, and above it the one thing to do next. */
export function checklist(view: MonthView): Html {
  const t = view.text.finance
  const words = { done: t('month.done'), to_do: t('month.toDo'), waiting: t('month.waiting') }
  return html`${view.printedAt ? '' : nextStep(view)}
    <h2 id="checklist">${t('month.checklist')}</h2>
    <ol class="checklist">
      ${checksOf(view).map(
        ({ title, state, words: text, url }) =>
          html`<li class="${state}">
            <span class="state">${words[state]}</span>
            <div>
              <strong>${url && !view.printedAt ? html`<a href="${url}">${title}</a>` : title}</strong>
              <p>${text}</p>
            </div>
          </li>`,
      )}
    </ol>`
}

function checksOf(view: MonthView): Check[] {
  return [read(view), explained(view), deposits(view), signOffs(view), earlier(view), closed(view)]
}

function find<Kind extends ClosingObstacle['kind']>({ obstacles }: MonthView, kind: Kind) {
  // The filter above it leaves this kind alone.
  return obstacles.find((one) => one.kind === kind) as Extract<ClosingObstacle, { kind: Kind }> | undefined
}

function read(view: MonthView): Check {
  const { text, record, end } = view
  const t = text.finance
  const title = t('month.check.read')
  const pending = find(view, 'events_pending')
  const { completeUpTo } = record
  const time = completeUpTo === null ? '' : dateAndTime(new Date(completeUpTo), view)
  if (record.closed || (!find(view, 'not_read') && !pending))
    return { title, state: 'done', words: withMarkup(t, 'month.check.readDone', { time }) }
  const upTo =
    completeUpTo === null
      ? t('month.check.readNever')
      : withMarkup(t, 'month.check.readNotYet', { time, end: dateAndTime(end, view) })
  return {
    title,
    state: 'waiting',
    words: html`${upTo} ${pending ? t('month.check.readPending', counted(pending.count, text)) : ''}
    ${find(view, 'not_over') ? '' : t('month.check.readHelp')}`,
  }
}

function explained({ text, record }: MonthView): Check {
  const t = text.finance
  const timing = timingDifferencesOf(record)
  const timingWords =
    timing.length === 0
      ? ''
      : t('month.check.timing', {
          ...counted(itemCount(timing), text),
          amounts: sumsText(sumsOf(timing), text),
        })
  const title = t('month.check.explained')
  const open = toExplain(record)
  if (open.length > 0)
    return {
      title,
      state: 'to_do',
      url: '#to-explain',
      words: html`${t('month.check.explainedToDo', {
        ...counted(itemCount(open), text),
        amounts: sumsText(record.unexplained, text),
      })}
      ${timingWords}`,
    }
  const isExcept = record.signOffs.length > 0 || record.writeOffs.some(({ posted }) => posted !== null)
  if (record.completeUpTo === null) return { title, state: 'waiting', words: t('month.agreesSoFar') }
  if (timing.length === 0)
    return { title, state: 'done', words: t(isExcept ? 'month.agreesExcept' : 'month.agrees') }
  const agrees = t(isExcept ? 'month.agreesExcept' : 'month.agreesButTiming')
  return { title, state: 'done', url: '#timing', words: html`${agrees} ${timingWords}` }
}

function deposits({ text, record, atTheBank }: MonthView): Check {
  const t = text.finance
  const title = t('month.check.deposits')
  if (record.payouts.length === 0) return { title, state: 'done', words: t('month.check.depositsNone') }
  const unsettled = record.payouts.filter(
    ({ status, itemisation, differences }) =>
      status === 'pending' ||
      status === 'in_transit' ||
      // Stripe gives no breakdown of a deposit that came back: its transactions go out with a later one.
      (status === 'paid' && itemisation === 'awaited') ||
      differences.some((one) => !one.explained),
  ).length
  if (unsettled > 0)
    return {
      title,
      state: 'waiting',
      url: '#deposits',
      words: t('month.check.depositsToDo', counted(unsettled, text)),
    }
  const missing = Number(atTheBank.missing)
  if (missing > 0)
    return {
      title,
      state: 'to_do',
      url: '/finance/deposits/bank',
      words: t('month.check.depositsMissing', counted(missing, text)),
    }
  const paid = record.payouts.filter(({ status }) => status === 'paid').length
  const bank =
    atTheBank.withoutStatement === 0n
      ? t('month.check.depositsAtTheBank')
      : t('month.check.depositsStripeSide')
  return {
    title,
    state: 'done',
    url: '/finance/deposits/bank',
    words: `${t('month.check.depositsDone', counted(paid, text))} ${bank}`,
  }
}

function signOffs(view: MonthView): Check {
  const { text, record, review } = view
  const t = text.finance
  const title = t('month.check.signOffs')
  const waiting = record.writeOffs.filter(waitsForApproval).length
  if (waiting > 0)
    return {
      title,
      state: 'to_do',
      url: '#write-offs',
      words: t('month.check.signOffsToDo', counted(waiting, text)),
    }
  const accepted = record.signOffs.length
  const writtenOff = record.writeOffs.filter(({ posted, reversed }) => posted && !reversed).length
  if (accepted + writtenOff === 0) return { title, state: 'done', words: t('month.check.signOffsNone') }
  const words = t('month.check.signOffsDone', {
    accepted: t('month.check.accepted', counted(accepted, text)),
    writtenOff: t('month.check.writtenOff', counted(writtenOff, text)),
  })
  // What was accepted in earlier months was reviewed there.
  if (review.acts === 0)
    return { title, state: 'done', url: accepted > 0 ? '#accepted' : '#write-offs', words }
  const { latest } = review
  const by = latest && { who: latest.by, time: dateAndTime(latest.at, view) }
  const reviewed =
    by === null
      ? t('month.check.signOffsToReview')
      : withMarkup(
          t,
          latest?.isCurrent ? 'month.check.signOffsReviewed' : 'month.check.signOffsReviewAgain',
          by,
        )
  const state = latest?.isCurrent ? 'done' : 'to_do'
  return { title, state, url: '#review', words: html`${words} ${reviewed}` }
}

function earlier(view: MonthView): Check {
  const t = view.text.finance
  const title = t('month.check.earlier')
  const open = find(view, 'earlier_month_open')
  if (!open) return { title, state: 'done', words: t('month.check.earlierDone') }
  return {
    title,
    state: 'to_do',
    url: `/finance/months/${open.month}`,
    words: t('month.check.earlierToDo', { month: monthName(open.month, view.text) }),
  }
}

function closed(view: MonthView): Check {
  const t = view.text.finance
  const title = t('month.check.closed')
  const { closedAt, closedBy } = view.record
  if (closedAt === null)
    return {
      title,
      state: find(view, 'not_over') ? 'waiting' : 'to_do',
      words: t(find(view, 'not_over') ? 'month.check.closedNotOver' : 'month.check.closedToDo'),
    }
  const by = { who: closedBy ?? '', time: dateAndTime(new Date(closedAt), view) }
  return { title, state: 'done', words: withMarkup(t, 'month.check.closedDone', by) }
}

/** One clear action, or what everybody waits for. */
function nextStep(view: MonthView): Html {
  const step = stepOf(view)
  return html`<p class="next-step">
    <span class="quiet">${view.text.finance('month.nextStep')}</span>
    ${step.url ? html`<a class="button" href="${step.url}">${step.words}</a>` : html`<strong>${step.words}</strong>`}
  </p>`
}

function stepOf(view: MonthView): { readonly words: string; readonly url?: string } {
  const { text, record, month, mayChange, postedLater } = view
  const t = text.finance
  const name = monthName(month, text)
  if (record.closed) {
    if (!postedLater || postedLater.transactions === 0)
      return { words: t('month.step.finished', { month: name }) }
    const later = { ...counted(postedLater.transactions, text), month: name }
    return { words: t('month.step.later', later), url: '#posted-later' }
  }
  const open = itemCount(toExplain(record))
  const waiting = record.writeOffs.filter(waitsForApproval).length
  const before = find(view, 'earlier_month_open')
  if (!mayChange && (open > 0 || waiting > 0)) return { words: t('month.step.askFinance') }
  if (waiting > 0) return { words: t('month.step.approve', counted(waiting, text)), url: '#write-offs' }
  if (open > 0) return { words: t('month.step.explain', counted(open, text)), url: '#to-explain' }
  if (before)
    return {
      words: t('month.step.earlier', { month: monthName(before.month, text) }),
      url: `/finance/months/${before.month}`,
    }
  if (find(view, 'not_over')) {
    const parsed = parseMonth(month)
    const day = parsed ? dayName(daysOf(parsed).to, text) : ''
    return { words: t('month.step.wait_running', { month: name, day }) }
  }
  if (view.mayChange && view.review.acts > 0 && !view.review.latest?.isCurrent)
    return { words: t('month.step.review'), url: '#review' }
  if (find(view, 'not_read') || find(view, 'events_pending')) return { words: t('month.step.read') }
  return { words: t('month.step.close', { month: name }), url: `/finance/months/${month}/trial-close` }
}
