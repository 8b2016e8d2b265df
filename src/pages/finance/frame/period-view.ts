import { html } from 'hono/html'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import type { Html } from '../../../html/layout.ts'
import { presets } from '../../../reports/period.ts'
import type { ReportPeriod } from '../../../reports/report-period.ts'
import type { FinanceFrame } from './finance-layout-view.ts'
import { shownForm } from './kept-form-view.ts'

/** What stands in the address of a report; a field that is undefined is left out. */
export type AddressFields = Readonly<Record<string, string | undefined>>

/** @returns `path?a=1&b=2`, for an `href` through a template that escapes */
export function address(path: string, fields: AddressFields): string {
  const given = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined)
  const query = new URLSearchParams(given).toString()
  return query === '' ? path : `${path}?${query}`
}

/** The period as an address has it; the basis only where it is not the usual one. */
export function periodFields({ days, preset, basis }: ReportPeriod): AddressFields {
  const period = preset === null ? { ...days } : { period: preset }
  return { ...period, basis: basis === 'booked' ? undefined : basis }
}

/**
 * Links to the periods that have a name, and a form for any other days.
 * @param kept what else the address keeps
 */
export function periodChoice(
  path: string,
  period: ReportPeriod,
  kept: AddressFields,
  frame: Pick<FinanceFrame, 'text' | 'keptForm'>,
): Html {
  const t = frame.text.finance
  const { typed, problems } = shownForm(frame, path)
  const { days, preset, basis } = period
  const others = { ...kept, basis: basis === 'booked' ? undefined : basis }
  const day = (name: 'from' | 'to') => {
    const [value, about] = [typed(name, days[name]), describedBy(name, problems)]
    return html`<label>
      ${t(`period.${name}`)}
      <input id="${name}" type="date" name="${name}" value="${value}" required ${about} />
    </label>`
  }
  return html`<div class="period-choice">
    <nav aria-label="${t('period.label')}">
      <ul class="period-names">
        ${presets.map(
          (name) =>
            html`<li>
              <a
                href="${address(path, { period: name, ...others })}"
                ${name === preset ? html`aria-current="true"` : ''}
                >${t(`period.${name}`)}</a
              >
            </li>`,
        )}
      </ul>
    </nav>
    <form class="days" method="get" action="${path}">
      ${Object.entries(others).map(([name, value]) =>
        value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}" />`,
      )}
      ${day('from')} ${day('to')} ${fieldProblem('from', problems)} ${fieldProblem('to', problems)}
      <button class="button plain" type="submit">${t('period.show')}</button>
    </form>
  </div>`
}

/** Choices of which one holds, as links. */
export function linkChoice(
  label: string,
  choices: readonly { readonly words: string; readonly url: string; readonly isCurrent: boolean }[],
): Html {
  return html`<p class="link-choice">
    <span class="quiet">${label}</span>
    ${choices.map(({ words, url, isCurrent }) =>
      isCurrent ? html`<strong aria-current="true">${words}</strong>` : html`<a href="${url}">${words}</a>`,
    )}
  </p>`
}
