import { html } from 'hono/html'
import { giftsByYear, type DonorGift, type GiftYear, type StatementYear } from '../../../donors/donor-gift.ts'
import { LONGEST_MESSAGE } from '../../../donors/messages/reader-message.ts'
import { describedBy, fieldProblem, problemSummary } from '../../../html/form-problems-view.ts'
import { type Html, webUrl, withMarkup } from '../../../html/layout.ts'
import { withWholeNumbers } from '../../../html/whole-numbers-view.ts'
import { formatMoney } from '../../../money/money.ts'
import type { NewsroomProfile } from '../../../newsroom/profile.ts'
import { dayInWords as dateInWords } from '../../../receipts/receipt.ts'
import type { AgreementDetail } from '../../../subscriptions/agreement-detail.ts'
import { dayInWords } from '../../../subscriptions/agreement-words.ts'
import type { Text } from '../../../text/text.ts'
import { framed } from './ask-view.ts'
import { ownNewsletter, type OwnNewsletter } from './my-newsletter-view.ts'

export type OwnAgreement = Pick<
  AgreementDetail,
  | 'amount'
  | 'frequency'
  | 'currentPeriodEnd'
  | 'cancelAt'
  | 'endedAt'
  | 'hasOpenInvoice'
  | 'isPaused'
  | 'articleTitle'
> & {
  /** The page of the agreement, a path. */
  readonly path: string
}

export type MyView = {
  readonly text: Text
  readonly newsroom: Pick<NewsroomProfile, 'name' | 'timezone'>
  readonly email: string
  readonly gifts: readonly DonorGift[]
  readonly agreements: readonly OwnAgreement[]
  readonly statements: readonly StatementYear[]
  /** The path of this page on the service. */
  readonly path: string
  readonly now: Date
  /** What was just done, or a question that could not be taken, as it was typed. */
  readonly done: 'asked' | 'unlisted' | 'subscribed' | 'unsubscribed' | null
  readonly refusedQuestion: string | null
  /** Since when the donor has agreed to appear on the list of supporters; unset or null: not. */
  readonly listedSince?: Date | null
  /** Null: no newsletter is offered. */
  readonly newsletter: OwnNewsletter | null
}

/** All that a donor gave, without an account: regular gifts, statements, receipts, a question, and the donor's own data. */
export function myPage(view: MyView): string {
  const { text, newsroom, email, gifts, refusedQuestion, done } = view
  const t = text.my
  const title = t('page.title')
  const problems = refusedQuestion === null ? [] : [questionProblem(text)]
  return framed({
    text,
    newsroomName: newsroom.name,
    title,
    headTitle: problems.length > 0 ? text.shared('errorTitle', { title }) : title,
    body: html`${problemSummary(text, problems)}
      ${done === 'asked' ? html`<p class="notice" role="status">${t('page.asked')}</p>` : ''}
      ${done === 'unlisted' ? html`<p class="notice" role="status">${text.supporters('my.withdrawn')}</p>` : ''}
      ${done === 'subscribed' || done === 'unsubscribed' ? html`<p class="notice" role="status">${text.newsletter(`my.${done}`)}</p>` : ''}
      <p class="lead">${t('page.thanks', { newsroom: newsroom.name })}</p>
      <p class="quiet small">
        ${withMarkup(t, gifts.length === 0 ? 'page.nothing' : 'page.forAddress', { email: html`<bdi>${email}</bdi>` })}
      </p>
      ${gifts.length === 0 ? '' : html`${regular(view)} ${statements(view)} ${allGifts(view)} ${question(view)} ${listed(view)}`}
      ${ownNewsletter(view, view.newsletter)} ${gifts.length === 0 ? '' : data(view)} ${close(view)}`,
  })
}

function regular(view: MyView): Html {
  const { text, agreements } = view
  if (agreements.length === 0) return html``
  return html`<section>
    <h2>${text.my('page.regular')}</h2>
    <ul class="agreements">
      ${agreements.map((agreement) => html`<li>${agreementCard(agreement, view)}</li>`)}
    </ul>
  </section>`
}

function agreementCard(agreement: OwnAgreement, { text, newsroom, now }: MyView): Html {
  const t = text.my
  const {
    amount,
    frequency: context,
    articleTitle,
    path,
    endedAt,
    cancelAt,
    currentPeriodEnd: next,
  } = agreement
  const day = (at: Date) => dayInWords(at, newsroom.timezone, text)
  const runs = endedAt === null && cancelAt === null
  const state =
    endedAt !== null
      ? t('page.ended', { date: day(endedAt) })
      : cancelAt !== null
        ? t('page.ends', { date: day(cancelAt) })
        : agreement.hasOpenInvoice
          ? t('page.failing')
          : agreement.isPaused
            ? t('page.paused')
            : next !== null && next > now
              ? t('page.next', { date: day(next) })
              : null
  const words =
    amount === null
      ? t('page.unknownAmount')
      : t('page.each', { context, amount: formatMoney(amount, text.locale) })
  return html`<p class="amount">${words}</p>
    ${state === null ? '' : html`<p class="quiet">${state}</p>`}
    ${articleTitle === null ? '' : html`<p class="quiet small" dir="auto">${articleTitle}</p>`}
    <p>
      <a class="button ${runs ? '' : 'plain'}" href="${path}">${t(runs ? 'page.manage' : 'page.see')}</a>
    </p>`
}

function statements({ text, statements: years, path }: MyView): Html {
  const t = text.my
  const day = (date: string) => dateInWords(date, text, 'medium')
  return html`<section>
    <h2>${t('page.statements')}</h2>
    <ul class="statements">
      ${years.map(
        ({ kind, year, from, to }) =>
          html`<li>
            <a href="${path}/statement.pdf?year=${year}&amp;kind=${kind}">
              ${kind === 'calendar' ? t('page.statementOf', { year: String(year) }) : t('page.statementFrom', { from: day(from), to: day(to) })}
            </a>
          </li>`,
      )}
    </ul>
  </section>`
}

/** The latest year is open; earlier ones unfold. */
function allGifts(view: MyView): Html {
  const years = giftsByYear(view.gifts)
  return html`<section>
    <h2>${view.text.my('page.gifts')}</h2>
    ${years.map(
      (year, index) =>
        html`<details class="year" ${index === 0 ? 'open' : ''}>
          <summary>
            <h3>${year.year}</h3>
            <span class="sum">${year.sums.map((sum) => formatMoney(sum, view.text.locale)).join(' + ')}</span>
          </summary>
          ${giftList(year, view)}
        </details>`,
    )}
  </section>`
}

function giftList({ gifts }: GiftYear, { text }: MyView): Html {
  const t = text.my
  return html`<ul class="gifts">
    ${gifts.map(({ givenOn, gross, returned, frequency, article, receipt, isImported }) => {
      const kind = frequency === 'once' ? null : t(`page.${frequency}`)
      return html`<li>
        <p class="gift">
          <time datetime="${givenOn}">${dateInWords(givenOn, text, 'medium')}</time>
          <strong>${formatMoney(gross, text.locale)}</strong>
        </p>
        ${kind === null && returned === null ? '' : html`<p class="quiet small">${[kind, returned && t('page.returned', { amount: formatMoney(returned, text.locale) })].filter(Boolean).join(' · ')}</p>`}
        ${article === null ? '' : html`<p class="small" dir="auto"><a href="${webUrl(article.url)}" rel="noreferrer">${article.title ?? article.url}</a></p>`}
        ${isImported ? html`<p class="quiet small">${t('page.earlierSystem')}</p>` : ''}
        ${receipt === null ? '' : html`<p class="small"><a href="/receipts/${receipt.token}">${withWholeNumbers(t('page.receipt', { number: receipt.number }))}</a></p>`}
      </li>`
    })}
  </ul>`
}

function questionProblem(text: Text) {
  return {
    fieldId: 'question',
    message: text.my('page.problem', { most: LONGEST_MESSAGE.toLocaleString(text.locale) }),
  }
}

function question({ text, newsroom, path, refusedQuestion }: MyView): Html {
  const t = text.my
  const problems = refusedQuestion === null ? [] : [questionProblem(text)]
  return html`<section>
    <h2>${t('page.ask')}</h2>
    <form method="post" action="${path}/question">
      <div class="field">
        <label for="question">${t('page.question', { newsroom: newsroom.name })}</label>
        <p class="quiet small" id="question-hint">${t('page.questionHint')}</p>
        <textarea
          id="question"
          name="question"
          rows="4"
          required
          dir="auto"
          maxlength="${LONGEST_MESSAGE}"
          ${describedBy('question', problems, true)}
        >
${refusedQuestion ?? ''}</textarea>
        ${fieldProblem('question', problems)}
      </div>
      <button class="button plain" type="submit">${t('page.send')}</button>
    </form>
  </section>`
}

function listed({ text, newsroom, path, listedSince: since = null }: MyView): Html {
  if (since === null) return html``
  const t = text.supporters
  return html`<section>
    <h2>${t('my.heading')}</h2>
    <p>${t('my.since', { date: dayInWords(since, newsroom.timezone, text) })}</p>
    <form method="post" action="${path}/unlist">
      <button class="button plain" type="submit">${t('my.withdraw')}</button>
    </form>
  </section>`
}

function data({ text, path }: MyView): Html {
  const t = text.my
  return html`<section class="data">
    <h2>${t('page.data')}</h2>
    <form method="post" action="${path}/data.json">
      <button class="button plain" type="submit">${t('page.download')}</button>
    </form>
    <p><a href="${path}/erase">${t('page.erase')}</a></p>
  </section>`
}

function close({ text, path }: MyView): Html {
  const t = text.my
  return html`<form class="close" method="post" action="${path}/close">
    <button class="button plain" type="submit">${t('page.close')}</button>
    <p class="quiet small">${t('page.closeHint')}</p>
  </form>`
}

export type OwnErasureView = {
  readonly text: Text
  readonly newsroomName: string
  /** The path of the donor's page. */
  readonly path: string
  /** A regular gift goes on, so nothing is erased yet. */
  readonly isActive: boolean
}

/** Asks once more before a donor's data is erased, and says what goes, what stays and why. */
export function ownErasurePage({ text, newsroomName, path, isActive }: OwnErasureView): string {
  const t = text.my
  return framed({
    text,
    newsroomName,
    title: t('erase.title'),
    body: html`<p><a href="${path}">${t('erase.back')}</a></p>
      <h2>${t('erase.goes')}</h2>
      <ul>
        ${(['donor', 'questions', 'card', 'receipts'] as const).map(
          (what) => html`<li>${t(`erase.goesList.${what}`)}</li>`,
        )}
      </ul>
      <h2>${t('erase.stays')}</h2>
      <ul>
        ${(['money', 'receipts', 'stripe', 'backups'] as const).map(
          (what) => html`<li>${t(`erase.staysList.${what}`)}</li>`,
        )}
      </ul>
      ${
        isActive
          ? html`<p class="notice" role="note">${t('erase.active')}</p>`
          : html`<p><strong>${t('erase.noWayBack')}</strong></p>
              <form method="post" action="${path}/erase" class="actions">
                <button class="button" type="submit">${t('erase.confirm')}</button>
                <a href="${path}">${t('erase.keep')}</a>
              </form>`
      }`,
  })
}
