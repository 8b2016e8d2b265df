import { html } from 'hono/html'
import { bankDebitFor, formatAmount } from '../currencies.ts'
import type { Html } from '../pages/page-view.ts'
import { pageView } from '../pages/page-view.ts'
import type { SessionRecord } from '../state/state.ts'

/** What the reader typed and what is wrong with it. The form shows both again. */
export type Entry = { readonly name: string; readonly email: string; readonly problems: readonly Problem[] }
export type Problem = { readonly field: 'name' | 'email'; readonly message: string }

/** @param declineMessage why the last attempt failed, in words for the reader; null when none failed. */
export function payPage(record: SessionRecord, entry: Entry, declineMessage: string | null): Html {
  const { object: session } = record
  const amount = formatAmount(session.amount_total ?? 0, session.currency ?? '')
  const verb = session.submit_type === 'donate' ? 'Donate' : session.submit_type === 'book' ? 'Book' : 'Pay'
  const method = bankDebitFor(session.currency ?? '')
  const byDebit = method !== null && session.payment_method_types.includes(method)
  const byCard = session.payment_method_types.includes('card')
  return pageView(
    `${verb} ${amount}`,
    'narrow',
    html`<h1>
        ${record.lineItems.map((item) => html`<span class="item">${item.description}</span> `)}
        <span class="amount">${amount}${intervalOf(record)}</span>
      </h1>
      ${(record.itemDescriptions ?? []).map((text) => (text === null ? '' : html`<p class="hint">${text}</p>`))}
      ${declineMessage === null ? '' : html`<p class="problem" role="alert">${declineMessage} Please try another way to pay.</p>`}
      <form method="post" action="/c/pay/${session.id}">
        <input type="hidden" name="attempt" value="${record.attempts}" />
        ${field('name', 'Name', 'text', 'name', entry.name, entry)}
        ${field('email', 'Email', 'email', 'email', entry.email, entry)}
        ${session.adaptive_pricing?.enabled ? presentedField() : ''}
        ${byCard ? cardButtons(verb, amount) : ''} ${byDebit ? debitButtons(verb) : ''}
      </form>
      ${session.custom_text.submit === null ? '' : html`<p class="hint">${session.custom_text.submit.message}</p>`}
      ${session.cancel_url === null ? '' : html`<p class="back"><a href="${session.cancel_url}">Go back without paying</a></p>`}`,
  )
}

/** For a session that cannot be paid any more. */
export function closedPage(record: SessionRecord): Html {
  const { status, success_url, cancel_url, id } = record.object
  if (status === 'complete') {
    const backLink = success_url === null ? '' : link(returnUrl(success_url, id), 'Continue')
    return notice(
      'This payment has been made',
      'You need not do anything more. Nothing is taken twice.',
      backLink,
    )
  }
  const backLink = cancel_url === null ? '' : link(cancel_url, 'Go back and start again')
  const message = 'This page was open for too long, so it was closed to be safe. Nothing has been taken.'
  return notice('This checkout has timed out', message, backLink)
}

export function unknownPage(): Html {
  return notice('There is no such checkout', 'The address may have been cut off on its way.', '')
}

/** Replaces `{CHECKOUT_SESSION_ID}` in a return address by the session's id. */
export function returnUrl(url: string, sessionId: string): string {
  return url.replaceAll('{CHECKOUT_SESSION_ID}', sessionId)
}

function notice(title: string, message: string, backLink: Html | string): Html {
  return pageView(
    title,
    'narrow',
    html`<h1>${title}</h1>
      <p>${message}</p>
      ${backLink}`,
  )
}

function link(href: string, text: string): Html {
  return html`<p class="back"><a href="${href}">${text}</a></p>`
}

function intervalOf({ lineItems }: SessionRecord): string {
  const interval = lineItems[0]?.price?.recurring?.interval
  return interval === undefined ? '' : ` per ${interval}`
}

function presentedField(): Html {
  return html`<label for="presented">Adaptive Pricing charges instead (currency and minor units)</label>
    <input
      id="presented"
      name="presented"
      placeholder="eur 945"
      pattern="[a-z]{3} [1-9][0-9]*"
      autocomplete="off"
    />`
}

function cardButtons(verb: string, amount: string): Html {
  return html`<button name="how" value="card" class="primary">${verb} ${amount} by card</button>
    <button name="how" value="declined">Use a card that is declined</button>`
}

function debitButtons(verb: string): Html {
  return html`<fieldset>
    <legend>Bank debit, settles later</legend>
    <label class="choice"
      ><input type="radio" name="settles" value="succeeded" checked /> The bank pays</label
    >
    <label class="choice"><input type="radio" name="settles" value="failed" /> The bank refuses later</label>
    <button name="how" value="bank_debit">${verb} by bank debit</button>
  </fieldset>`
}

function field(
  name: Problem['field'],
  label: string,
  type: 'text' | 'email',
  autocomplete: string,
  value: string,
  entry: Entry,
): Html {
  const problem = entry.problems.find((candidate) => candidate.field === name)
  const errorAttributes =
    problem === undefined ? '' : html`aria-invalid="true" aria-describedby="${name}-problem"`
  return html`<label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      maxlength="200"
      required
      value="${value}"
      ${errorAttributes}
    />
    ${problem === undefined ? '' : html`<p class="problem" id="${name}-problem">${problem.message}</p>`}`
}
