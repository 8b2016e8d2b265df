import { html } from 'hono/html'
import {
  describedBy,
  fieldProblem,
  problemSummary,
  type FormProblem,
} from '../../../../html/form-problems-view.ts'
import type { Html } from '../../../../html/layout.ts'
import { formatMoney, money } from '../../../../money/money.ts'
import { countedGifts, type Goal, type GoalProgress } from '../../../../reports/goals/goal.ts'
import { dayName, financePage, table, type FinanceFrame } from '../../frame/finance-layout-view.ts'
import { toSettings } from '../settings-view.ts'

/** What was typed into the form. */
export const goalFields = [
  'name',
  'counted',
  'campaign',
  'amount',
  'currency',
  'from',
  'to',
  'matching',
  'matchingAmount',
] as const
export type GoalField = (typeof goalFields)[number]
export type TypedGoal = Readonly<Record<GoalField, string>>

export type GoalsView = FinanceFrame & {
  readonly goals: readonly { readonly goal: Goal; readonly progress: GoalProgress }[]
  readonly typed: TypedGoal
  readonly problems: readonly FormProblem[]
  readonly done: 'added' | 'removed' | null
  readonly mayChange: boolean
  readonly currencies: readonly string[]
  readonly publicUrl: string
  /** The id of the form's goal: a form that is sent twice makes one. */
  readonly requestId: string
}

const PATH = '/finance/settings/goals'
/** An attribute. */
const REQUIRED = 'required'

/** The goals that readers see, how they stand, and a form that adds one. */
export function goalsPage(view: GoalsView): string {
  const { text, problems, done, goals, mayChange } = view
  const t = text.finance
  const title = t('goals.title')
  return financePage(view, {
    title: problems.length > 0 ? text.shared('errorTitle', { title }) : title,
    current: 'settings',
    body: html`${toSettings(view)}
      <h1>${title}</h1>
      ${problemSummary(text, problems)}
      ${done === null ? '' : html`<p class="notice" role="status">${t(`goals.done.${done}`)}</p>`}
      <p>${t('goals.lead')}</p>
      ${goals.length === 0 ? html`<p class="notice">${t('goals.none')}</p>` : list(view)}
      ${mayChange ? form(view) : html`<p class="quiet">${t('goals.readOnly')}</p>`}`,
  })
}

function list({ text, goals, mayChange, publicUrl }: GoalsView): Html {
  const t = text.finance
  const percents = new Intl.NumberFormat(text.language, { style: 'percent' })
  return table(
    t('goals.caption'),
    [
      { label: t('goals.column.goal') },
      { label: t('goals.column.counts') },
      { label: t('goals.column.raised'), isNumber: true },
      { label: t('goals.column.of'), isNumber: true },
      { label: t('goals.column.days') },
      { label: t('goals.column.embed') },
      ...(mayChange ? [{ label: t('goals.column.change') }] : []),
    ],
    goals.map(({ goal, progress }) => {
      const amount = (minor: bigint) => formatMoney(money(minor, goal.currency), text.language)
      const page = `${publicUrl}/goals/${goal.id}`
      const line = `<script async src="${publicUrl}/goal.js"></script> <reader-goal goal="${goal.id}"><a href="${page}">${goal.title}</a></reader-goal>`
      return [
        html`<span class="long">${goal.title}</span>`,
        t(`goals.counted.${goal.counted}`, { name: goal.campaignName ?? '' }),
        html`${amount(progress.raisedMinor)}<br /><span class="quiet small"
            >${percents.format(progress.percent / 100)}</span
          >`,
        amount(goal.amountMinor),
        t('goals.days', { from: dayName(goal.startsOn, text), to: dayName(goal.endsOn, text) }),
        html`<a href="/goals/${goal.id}">${t('goals.page')}</a>
          <details class="small">
            <summary>${t('goals.snippet')}</summary>
            <code class="long">${line}</code>
          </details>`,
        ...(mayChange
          ? [
              html`<form method="post" action="${PATH}/${goal.id}/take-down">
                <button
                  class="button plain"
                  type="submit"
                  aria-label="${t('goals.takeDownOf', { title: goal.title })}"
                >
                  ${t('goals.takeDown')}
                </button>
              </form>`,
            ]
          : []),
      ]
    }),
  )
}

function form({ text, typed, problems, currencies, requestId }: GoalsView): Html {
  const t = text.finance
  const field = (
    name: Exclude<GoalField, 'counted' | 'currency'>,
    more: {
      readonly label: string
      readonly type?: string
      readonly hint?: string
      readonly longest?: number
    },
  ) => {
    const isAsked = !['campaign', 'matching', 'matchingAmount'].includes(name)
    return html`<div class="field">
      <label for="${name}">${more.label}</label>
      ${more.hint === undefined ? '' : html`<p class="quiet small" id="${name}-hint">${more.hint}</p>`}
      <input
        id="${name}"
        name="${name}"
        type="${more.type ?? 'text'}"
        autocomplete="off"
        maxlength="${more.longest ?? 20}"
        value="${typed[name]}"
        ${isAsked ? REQUIRED : ''}
        ${describedBy(name, problems, more.hint !== undefined)}
      />
      ${fieldProblem(name, problems)}
    </div>`
  }
  return html`<section class="card" aria-labelledby="add">
    <h2 id="add">${t('goals.add')}</h2>
    <form method="post" action="${PATH}">
      <input type="hidden" name="request" value="${requestId}" />
      ${field('name', { label: t('goals.name'), longest: 120 })}
      <fieldset class="roles" id="counted" ${describedBy('counted', problems)}>
        <legend>${t('goals.counts')}</legend>
        ${fieldProblem('counted', problems)}
        ${countedGifts.map(
          (one) =>
            html`<label class="role"
              ><input
                type="radio"
                name="counted"
                value="${one}"
                required
                ${one === typed.counted ? html`checked` : ''}
              />
              ${t(`goals.countedChoice.${one}`)}</label
            >`,
        )}
      </fieldset>
      ${field('campaign', { label: t('goals.campaign'), hint: t('goals.campaignHint'), longest: 200 })}
      ${field('amount', { label: t('goals.amount') })}
      <div class="field">
        <label for="currency">${t('goals.currency')}</label>
        <select id="currency" name="currency" ${describedBy('currency', problems)}>
          ${currencies.map(
            (code) =>
              html`<option value="${code}" ${code === typed.currency ? html`selected` : ''}>
                ${code.toUpperCase()}
              </option>`,
          )}
        </select>
        ${fieldProblem('currency', problems)}
      </div>
      ${field('from', { label: t('goals.from'), type: 'date' })}
      ${field('to', { label: t('goals.to'), type: 'date' })}
      ${field('matching', { label: t('goals.matching'), hint: t('goals.matchingHint'), longest: 200 })}
      ${field('matchingAmount', { label: t('goals.matchingAmount') })}
      <div class="actions"><button class="button" type="submit">${t('goals.submit')}</button></div>
    </form>
  </section>`
}
