import { html } from 'hono/html'
import type { BrokenLink } from '../../../../access/audit/audit-verification.ts'
import {
  describedBy,
  fieldProblem,
  problemSummary,
  type FormProblem,
} from '../../../../html/form-problems-view.ts'
import type { Html } from '../../../../html/layout.ts'
import { financePage, type FinanceFrame } from '../../frame/finance-layout-view.ts'
import { toSettings } from '../settings-view.ts'

type ChainView = FinanceFrame & {
  /** The latest act; position 0 before the first one. `line` is what people keep. */
  readonly head: { readonly position: bigint; readonly line: string }
  readonly problems: readonly FormProblem[]
  /** The line that somebody kept, as it was typed. */
  readonly kept?: string
}

/** The head of the chain, to be kept elsewhere, and the form that checks the whole trail. */
export function chainSection({ text, head, problems, kept = '' }: ChainView): Html {
  const t = text.finance
  if (head.position === 0n) return html``
  return html`<section class="chain">
    <h2>${t('audit.chain.title')}</h2>
    <p>${t('audit.chain.head', { position: head.position.toLocaleString(text.language) })}</p>
    <p><code class="head">${head.line}</code></p>
    <form method="get" action="/finance/settings/audit/check">
      <div class="field">
        <label for="head">${t('audit.chain.kept')}</label>
        <p class="quiet small" id="head-hint">${t('audit.chain.keptHint')}</p>
        <input
          id="head"
          name="head"
          type="text"
          autocomplete="off"
          spellcheck="false"
          maxlength="100"
          value="${kept}"
          ${describedBy('head', problems, true)}
        />
        ${fieldProblem('head', problems)}
      </div>
      <div class="actions"><button class="button plain" type="submit">${t('audit.chain.check')}</button></div>
    </form>
  </section>`
}

export type AuditCheckView = ChainView & {
  /** Null when the trail was not checked, since the line that was typed is none. */
  readonly checked: { readonly broken: BrokenLink | null } | null
}

/** What the check of the whole trail has found. */
export function auditCheckPage(view: AuditCheckView): string {
  const { text, problems } = view
  const t = text.finance
  const title = t('audit.chain.checkTitle')
  return financePage(view, {
    title: problems.length > 0 ? text.shared('errorTitle', { title }) : title,
    current: 'settings',
    body: html`${toSettings(view)}
      <h1>${title}</h1>
      ${problemSummary(text, problems)} ${result(view)}
      <p class="back"><a href="/finance/settings/audit">${t('audit.chain.back')}</a></p>
      ${chainSection(view)}`,
  })
}

function result({ text, checked, kept = '', head }: AuditCheckView): Html {
  const t = text.finance
  if (!checked) return html``
  const number = (position: bigint) => position.toLocaleString(text.language)
  const { broken } = checked
  if (!broken)
    return html`<p class="notice" role="status">
      ${t(kept === '' ? 'audit.chain.whole' : 'audit.chain.wholeWithKept', { position: number(head.position) })}
    </p>`
  return html`<div class="problems" role="alert">
    <h2>${t('audit.chain.broken', { position: number(broken.position) })}</h2>
    <p>${t(`audit.chain.why.${broken.problem}`)}</p>
    <p>${t('audit.chain.brokenAdvice')}</p>
  </div>`
}
