import { html } from 'hono/html'
import { describedBy, fieldProblem } from '../../../html/form-problems-view.ts'
import { withMarkup, type Html } from '../../../html/layout.ts'
import { controls, stepInForce, type Control, type Signals } from '../../../protection/attack-mode.ts'
import type { ChallengeKind } from '../../../protection/challenge-settings.ts'
import {
  protectionOutcomes,
  type KeptOut,
  type ProtectionState,
} from '../../../protection/protection-state.ts'
import { TERMS } from '../../../protection/protection-terms.ts'
import { dateAndTime, financePage, table, type FinanceFrame } from '../frame/finance-layout-view.ts'
import { shownForm } from '../frame/kept-form-view.ts'
import { toSettings } from './settings-view.ts'

export type ProtectionView = FinanceFrame & {
  readonly state: ProtectionState
  readonly signals: Signals
  readonly keptOut: { readonly day: readonly KeptOut[]; readonly month: readonly KeptOut[] }
  readonly challenge: ChallengeKind
  readonly mayChange: boolean
  readonly done: 'on' | 'off' | 'control' | null
}

/** Whether somebody tries stolen cards, since when and why, what was kept out, and what an admin can do. */
export function protectionPage(view: ProtectionView): string {
  const { text, mayChange, done, state } = view
  const t = text.finance
  return financePage(view, {
    title: t('protection.title'),
    current: 'settings',
    body: html`<div class="overview">
      ${toSettings(view)}
      <h1>${t('protection.title')}</h1>
      ${done === null ? '' : html`<p class="notice" role="status">${doneWords(done, view)}</p>`}
      <p>${t('protection.lead')}</p>
      ${state.givingOffSince === null ? '' : givingOff(view)} ${attackMode(view)} ${whatIsSeen(view)}
      ${whatWasKeptOut(view)}
      ${mayChange ? forms(view) : html`<p class="quiet">${t('protection.readOnly')}</p>`}
      <p class="quiet">
        <a href="/finance/settings/audit?subject=settings/protection">${t('protection.history')}</a>
      </p>
    </div>`,
  })
}

function doneWords(done: 'on' | 'off' | 'control', { text, state }: ProtectionView): string {
  const t = text.finance
  if (done !== 'control') return t(`protection.done.${done}`)
  return t('protection.done.control', { control: t(`protection.controls.${state.control}`) })
}

function givingOff(view: ProtectionView): Html {
  const { text, state } = view
  const t = text.finance
  const time = state.givingOffSince === null ? '' : dateAndTime(state.givingOffSince, view)
  return html`<section class="card">
    <h2>${withMarkup(t, 'protection.givingOff', { time })}</h2>
    <p>${t('protection.givingOffText')}</p>
  </section>`
}

function attackMode(view: ProtectionView): Html {
  const { text, state, challenge } = view
  const t = text.finance
  const { mode, control } = state
  const step = stepInForce(mode, control)
  return html`<section class="card">
    <h2>${step === 0 ? t('protection.quiet') : t('protection.armed', { step })}</h2>
    ${control === 'automatic' ? '' : html`<p><strong>${t(`protection.kept.${control}`)}</strong></p>`}
    ${mode.armed === null ? '' : why(view)}
    <p>
      ${
        step === 0
          ? control === 'off'
            ? ''
            : t('protection.quietText')
          : t(`protection.readers.${step}`, { seconds: TERMS[step].waitSeconds })
      }
    </p>
    ${step > 0 && challenge !== 'proof_of_work' ? html`<p>${t(`protection.provider.${challenge}`)}</p>` : ''}
  </section>`
}

function why(view: ProtectionView): Html {
  const { armed, calmSince } = view.state.mode
  const t = view.text.finance
  if (armed === null) return html``
  const [time, stepTime] = [dateAndTime(armed.since, view), dateAndTime(armed.stepSince, view)]
  return html`<p>
      ${t(`protection.cause.${armed.cause}`)} ${withMarkup(t, 'protection.since', { time, stepTime })}
    </p>
    ${calmSince === null ? '' : html`<p>${withMarkup(t, 'protection.calm', { time: dateAndTime(calmSince, view) })}</p>`}`
}

function whatIsSeen({ text, signals }: ProtectionView): Html {
  const t = text.finance
  const figures = [
    ['declines', signals.declines],
    ['paid', signals.paid],
    ['fraudWarnings', signals.fraudWarnings],
    ['opened', signals.matured.opened],
    ['maturedPaid', signals.matured.paid],
  ] as const
  return table(
    t('protection.seen'),
    [{ label: t('protection.column.what') }, { label: t('protection.column.count'), isNumber: true }],
    figures.map(([name, count]) => [t(`protection.signals.${name}`), count.toLocaleString(text.language)]),
  )
}

function whatWasKeptOut({ text, keptOut }: ProtectionView): Html {
  const t = text.finance
  const counts = (of: readonly KeptOut[]) => new Map(of.map(({ outcome, count }) => [outcome, count]))
  const [day, month] = [counts(keptOut.day), counts(keptOut.month)]
  const shown = protectionOutcomes.filter((outcome) => month.has(outcome))
  const number = (count: number | undefined) => (count ?? 0).toLocaleString(text.language)
  return html`${
      shown.length === 0
        ? html`<p class="calm">${t('protection.nothingKeptOut')}</p>`
        : table(
            t('protection.keptOut'),
            [
              { label: t('protection.column.what') },
              { label: t('protection.column.day'), isNumber: true },
              { label: t('protection.column.month'), isNumber: true },
            ],
            shown.map((outcome) => [
              t(`protection.outcome.${outcome}`),
              number(day.get(outcome)),
              number(month.get(outcome)),
            ]),
          )
    }
    <p class="quiet">${t('protection.keptOutLead')}</p>`
}

function forms(view: ProtectionView): Html {
  const { text, state } = view
  const t = text.finance
  const { problems } = shownForm(view, '/finance/settings/protection')
  const isOff = state.givingOffSince !== null
  return html`<form class="card" method="post" action="/finance/settings/protection">
      <fieldset class="roles" id="control" ${describedBy('control', problems)}>
        <legend>${t('protection.control')}</legend>
        ${fieldProblem('control', problems)}
        ${controls.map((control) => choice(control, state.control, text))}
      </fieldset>
      <div class="actions"><button class="button" type="submit">${t('protection.saveControl')}</button></div>
    </form>
    <form class="card" method="post" action="/finance/settings/protection/giving">
      <h2>${t('protection.giving')}</h2>
      <p>${t('protection.givingLead')}</p>
      <input type="hidden" name="giving" value="${isOff ? 'on' : 'off'}" />
      <div class="actions">
        <button class="button ${isOff ? '' : 'danger'}" type="submit">
          ${isOff ? t('protection.switchOn') : t('protection.switchOff')}
        </button>
      </div>
    </form>`
}

function choice(control: Control, current: Control, text: FinanceFrame['text']): Html {
  const t = text.finance
  return html`<label class="role">
    <input
      type="radio"
      name="control"
      value="${control}"
      required
      ${control === current ? html`checked` : ''}
    />
    <span>
      ${t(`protection.controls.${control}`)}
      <span class="quiet">${t(`protection.controlHints.${control}`)}</span>
    </span>
  </label>`
}
