import { html } from 'hono/html'
import type { StatementJob } from '../../../donors/statements/statement-job.ts'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import { dateAndTime, dayName, financePage, table, type FinanceFrame } from '../frame/finance-layout-view.ts'
import { shownForm } from '../frame/kept-form-view.ts'

const ACTION = '/finance/statements'

export type StatementsView = FinanceFrame & {
  readonly jobs: readonly StatementJob[]
  /** The year that is proposed. */
  readonly year: string
  readonly hasFiscalYear: boolean
}

export function statementsPage(view: StatementsView): string {
  const { text, jobs, year, hasFiscalYear } = view
  const t = text.finance
  const title = t('statements.title')
  const { typed, problems } = shownForm(view, ACTION)
  const columns = [
    { label: t('statements.days') },
    { label: t('statements.asked') },
    { label: t('column.status') },
    { label: t('column.whatToDo') },
  ]
  return financePage(view, {
    title,
    current: 'reports',
    body: html`<p class="back"><a href="/finance/reports">${t('exports.back')}</a></p>
      <h1>${title}</h1>
      <p>${t('statements.lead')}</p>
      <form class="filters filter-fields" method="post" action="${ACTION}">
        <div class="field">
          <label for="year">${t('exports.field.year')}</label>
          <input
            id="year"
            name="year"
            type="text"
            inputmode="numeric"
            autocomplete="off"
            maxlength="4"
            value="${typed('year', year)}"
            ${describedBy('year', problems)}
          />
          ${fieldProblem('year', problems)}
        </div>
        ${
          hasFiscalYear
            ? html`<div class="field">
                <label for="kind">${t('statements.kind')}</label>
                <select id="kind" name="kind" ${describedBy('kind', problems)}>
                  <option value="calendar">${t('statements.calendar')}</option>
                  <option value="fiscal" ${typed('kind') === 'fiscal' ? html`selected` : ''}>
                    ${t('statements.fiscal')}
                  </option>
                </select>
                ${fieldProblem('kind', problems)}
              </div>`
            : ''
        }
        <p class="field"><button class="button" type="submit">${t('statements.make')}</button></p>
      </form>
      ${
        jobs.length === 0
          ? ''
          : table(
              t('statements.caption'),
              columns,
              jobs.map((job) => cells(job, view)),
            )
      }
      ${jobs.some(({ status }) => status === 'waiting') ? html`<p><a href="/finance/statements">${t('statements.refresh')}</a></p>` : ''}`,
  })
}

function cells(job: StatementJob, view: StatementsView): readonly (Html | string)[] {
  const { text } = view
  const t = text.finance
  return [
    `${dayName(job.from, text)} – ${dayName(job.to, text)}`,
    html`${dateAndTime(job.requestedAt, view)}<br /><span class="quiet small">${job.by}</span>`,
    job.status === 'waiting'
      ? html`<progress
            max="${job.donors}"
            value="${job.made}"
            aria-label="${t('statements.caption')}"
          ></progress
          ><br />
          ${t('statements.progress', { made: job.made, donors: job.donors })}`
      : t(`statements.status.${job.status}`),
    action(job, view),
  ]
}

function action({ id, status, removedAt, made }: StatementJob, { text }: StatementsView): Html | string {
  const t = text.finance
  if (status === 'waiting')
    return html`<form method="post" action="/finance/statements/${id}/cancel">
      <button class="button plain" type="submit">${t('statements.cancel')}</button>
    </form>`
  if (status !== 'done') return '–'
  return removedAt === null
    ? html`<a href="/finance/statements/${id}.zip">${t('statements.download', { count: made })}</a>`
    : t('statements.removed')
}
