import type { Context } from 'koa'
import type { z } from 'zod'
import { signedInOf } from '../../../access/session/session-middleware.ts'
import { neighbour, parseMonth, type Month } from '../../../calendar/month.ts'
import { problemsOf } from '../../../http/parse.ts'
import { Refusal } from '../../../http/refusal.ts'
import type { NewsroomProfile } from '../../../newsroom/profile.ts'
import { textFor } from '../../../text/text.ts'
import type { ErrorView } from '../../reader/error-view.ts'
import type { FinanceFrame, MonthChoice } from './finance-layout-view.ts'
import { keptFormOf } from './form-requests.ts'

/** The words of finance's pages. */
export const text = textFor('en')

export type Newsroom = Pick<NewsroomProfile, 'name' | 'timezone'>

export function frameOf(ctx: Pick<Context, 'state'>, newsroom: Newsroom): FinanceFrame {
  const { staff, askedAt } = signedInOf(ctx)
  const { email, role } = staff
  return {
    text,
    newsroomName: newsroom.name,
    staffEmail: email,
    role,
    timeZone: newsroom.timezone,
    shownAt: askedAt,
    keptForm: keptFormOf(ctx),
  }
}

/** @throws Refusal malformed for what is no month */
export function monthIn(given: string | string[] | undefined): Month {
  const month = typeof given === 'string' ? parseMonth(given) : null
  if (!month) throw new Refusal('malformed', text.finance('refusal.month'))
  return month
}

/** The query of a report's address. A form sends the fields that nobody filled in as empty. @throws Refusal malformed */
export function reportQuery<Schema extends z.ZodType>(
  schema: Schema,
  query: Context['query'],
): z.output<Schema> {
  const given = Object.entries(query).filter(([, value]) => value !== '')
  const read = schema.safeParse(Object.fromEntries(given))
  if (read.success) return read.data
  const problems = problemsOf(read.error).map(({ pointer, message: problem }) => {
    const name = pointer.slice(1)
    const field = name === 'from' || name === 'to' ? text.finance(`period.${name}`) : name
    return { pointer, message: text.finance('books.period.notValid', { field, problem }) }
  })
  const detail = text.finance('refusal.report')
  throw new Refusal('malformed', detail, { problems: [{ pointer: '', message: detail }, ...problems] })
}

/** The neighbours of a month; the running month has no later one. */
export function monthChoice(month: Month, running: Month): MonthChoice {
  return {
    month,
    previousMonth: neighbour(month, -1),
    ...(month < running ? { nextMonth: neighbour(month, 1) } : {}),
  }
}

/** The words of a refusal on a page of finance, and the link under it; other pages have words of their own and no link. */
export function financeError(path: string): Partial<Pick<ErrorView, 'text' | 'nextLink'>> {
  const [, finance, section] = path.split('/')
  if (finance !== 'finance') return {}
  return section === 'sign-in' ? { text } : { text, ...nextLink(path) }
}

function nextLink(path: string): Pick<ErrorView, 'nextLink'> {
  const t = text.finance
  const [, , section, id] = path.split('/')
  if (section === 'donations' && path.endsWith('/refunds'))
    return { nextLink: { url: `/finance/donations/${id ?? ''}`, label: t('refusal.toDonation') } }
  if (section === 'months' || section === 'reconciliation' || section === 'payouts') {
    const month = parseMonth(id ?? '')
    return {
      nextLink: month
        ? { url: `/finance/months/${month}`, label: t('refusal.toMonth') }
        : { url: '/finance/months', label: t('refusal.toMonths') },
    }
  }
  return { nextLink: { url: '/finance', label: t('refusal.toDonations') } }
}
