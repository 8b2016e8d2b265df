import { html } from 'hono/html'
import type { LineRow, StatementRow } from '../../../bank/uploaded-statement.ts'
import type { StatementProblem } from '../../../bank/bank-statement.ts'
import type { DepositRow } from '../../../bank/deposit-list.ts'
import type { OpenDeposit } from '../../../bank/match-deposits.ts'
import type { Html } from '../../../html/layout.ts'
import type { Text } from '../../../text/text.ts'
import {
  amountText,
  dateAndTime,
  dayName,
  financePage,
  table,
  type FinanceFrame,
} from '../frame/finance-layout-view.ts'
import { depositTable } from './deposits-view.ts'

/** A movement without a deposit, with the deposits that it may be. */
export type OpenLine = { readonly line: LineRow; readonly candidates: readonly OpenDeposit[] }

export type BankStatementsView = FinanceFrame & {
  readonly mayChange: boolean
  readonly statements: readonly StatementRow[]
  readonly openLines: readonly OpenLine[]
  readonly missing: readonly DepositRow[]
  /** What the last form did. */
  readonly done: string | null
  /** Of the file that was sent last. */
  readonly problems: readonly StatementProblem[]
}

/** Upload of bank statements, and what is left on the bank's side and on Stripe's. */
export function bankStatementsPage(view: BankStatementsView): string {
  const { text, statements, mayChange } = view
  const t = text.finance
  return financePage(view, {
    title: t('bank.title'),
    current: 'deposits',
    body: html`<p class="back"><a href="/finance/deposits">${t('payout.back')}</a></p>
      <h1>${t('bank.title')}</h1>
      <p class="lead">${t('bank.lead')}</p>
      ${view.done === null ? '' : html`<p class="notice" role="status">${view.done}</p>`}
      ${problems(view.problems, text)} ${mayChange ? uploadForm(text) : ''} ${remaining(view)}
      ${
        statements.length === 0
          ? html`<p class="nothing-yet">${t('bank.none')}</p>`
          : table(
              t('bank.statements'),
              [
                { label: t('bank.period') },
                { label: t('bank.statement') },
                { label: t('bank.movements'), isNumber: true },
                { label: t('bank.ofDeposits'), isNumber: true },
              ],
              statements.map((statement) => statementCells(statement, view)),
            )
      }`,
  })
}

/** Why a file was not taken: the first problems with their lines, and how many more there are. */
export function problems(found: BankStatementsView['problems'], text: Text): Html {
  const t = text.finance
  if (found.length === 0) return html``
  const shown = found.slice(0, PROBLEMS_SHOWN)
  return html`<div class="problems" role="alert" tabindex="-1" autofocus>
    <h2>${t('bank.notStored')}</h2>
    <ul>
      ${shown.map(({ problem, place }) => {
        const words = t(`bank.problem.${problem}`)
        return html`<li>${place === null ? words : t('bank.place', { number: place, problem: words })}</li>`
      })}
    </ul>
    ${
      found.length > shown.length
        ? html`<p>${t('bank.furtherProblems', { count: found.length - shown.length })}</p>`
        : ''
    }
  </div>`
}

const PROBLEMS_SHOWN = 20

function uploadForm(text: Text): Html {
  const t = text.finance
  return html`<form
    class="search-form"
    method="post"
    action="/finance/deposits/bank"
    enctype="multipart/form-data"
  >
    <p class="field">
      <label for="statement">${t('bank.file')}</label>
      <input
        id="statement"
        name="statement"
        type="file"
        required
        accept=".csv,.txt,.ofx,.qfx,.qbo,.xml,.sta,.mt940,.940"
        aria-describedby="statement-hint"
      />
      <span class="quiet small" id="statement-hint">${t('bank.fileHint')}</span>
    </p>
    <p class="actions"><button class="button" type="submit">${t('bank.send')}</button></p>
  </form>`
}

function statementCells(statement: StatementRow, view: FinanceFrame): (Html | string)[] {
  const { text } = view
  const t = text.finance
  const { id, fileName, firstDay, lastDay, lines, matched, uploadedAt, uploadedBy } = statement
  const period =
    firstDay === null || lastDay === null
      ? html`<a href="/finance/deposits/bank/${id}">${t('bank.needsColumns')}</a>`
      : t('bank.days', { from: dayName(firstDay, text), to: dayName(lastDay, text) })
  return [
    period,
    html`<div>
      <a href="/finance/deposits/bank/${id}">${fileName}</a>
      <div class="quiet small">
        ${dateAndTime(uploadedAt, view)} ${t('bank.uploadedBy', { name: uploadedBy })}
      </div>
    </div>`,
    lines.toLocaleString(text.language),
    matched.toLocaleString(text.language),
  ]
}

function remaining(view: BankStatementsView): Html {
  const { text, openLines, missing, statements, mayChange } = view
  const t = text.finance
  if (statements.length === 0) return html``
  const isEmpty = openLines.length === 0 && missing.length === 0
  return html`<section>
    <h2>${t('bank.remaining')}</h2>
    ${isEmpty ? html`<p>${t('bank.allMatched')}</p>` : ''}
    ${
      openLines.length === 0
        ? ''
        : table(
            t('bank.leftAtBank'),
            [
              { label: t('column.date') },
              { label: t('column.amount'), isNumber: true },
              { label: t('bank.text') },
              { label: t('bank.deposit') },
            ],
            openLines.map(({ line, candidates }) => [
              dayName(line.day, text),
              amountText(Number(line.amountMinor), line.currency, text),
              html`<a href="/finance/deposits/bank/${line.statementId}">${line.description}</a>`,
              candidates.length === 0 || !mayChange
                ? html`<span class="quiet">${t('bank.noDeposit')}</span>`
                : matchForm(line, candidates, text),
            ]),
          )
    }
    ${
      missing.length === 0
        ? ''
        : html`${depositTable(t('bank.leftAtStripe'), missing, view)}
            <p class="quiet small">${t('bank.leftAtStripeHint')}</p>`
    }
    ${
      isEmpty || !mayChange
        ? ''
        : html`<form class="match-again" method="post" action="/finance/deposits/bank/match-again">
            <button class="button plain" type="submit">${t('bank.matchAgain')}</button>
          </form>`
    }
  </section>`
}

function matchForm(line: LineRow, candidates: readonly OpenDeposit[], text: Text): Html {
  const t = text.finance
  const amount = amountText(Number(line.amountMinor), line.currency, text)
  return html`<form class="inline-form" method="post" action="/finance/deposits/bank/lines/${line.id}/match">
    <select
      id="payout-${line.id}"
      name="payout"
      aria-label="${t('bank.which', { amount, day: dayName(line.day, text) })}"
    >
      ${candidates.map(
        ({ payoutId, arrivalDate, amountMinor, currency }) =>
          html`<option value="${payoutId}">
            ${t('bank.option', {
              amount: amountText(Number(amountMinor), currency, text),
              day: dayName(arrivalDate, text),
            })}
          </option>`,
      )}
    </select>
    <button class="button plain" type="submit">${t('bank.match')}</button>
  </form>`
}
