import { html } from 'hono/html'
import { page } from '../../../html/layout.ts'
import type { Challenge } from '../../../protection/challenge.ts'
import type { Text } from '../../../text/text.ts'

export type ChallengeView = {
  readonly text: Text
  readonly newsroomName: string
  readonly challenge: Challenge
  /** Where the form was posted. Unset: the form of `/donate`. */
  readonly action?: string
  /** The form as it was posted, to be posted again. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /**
   * The provider has refused the answer of this page's script. The script does not answer again by itself: a provider that
   * refuses every answer would send the browser round and round.
   */
  readonly isRefused?: boolean
}

/** How long the stylesheet can hide the button, in seconds, ascending. */
const SHOWN_WAITS = [4, 6, 10, 15, 30]

/**
 * The page between the form and the payment page while somebody tries stolen cards. Its script answers the challenge and
 * sends the form by itself; without scripts the button appears when its time has come. The form carries all that was
 * typed.
 */
export function challengePage(view: ChallengeView): string {
  const { text, newsroomName, challenge, fields, isRefused = false, action = '/donate' } = view
  const t = text.reader
  const { waitSeconds, siteKey } = challenge
  const shown = SHOWN_WAITS.find((wait) => wait >= waitSeconds) ?? 30
  return page({
    text,
    title: t('challenge.title'),
    newsroomName,
    styles: ['challenge'],
    head: isRefused ? html`` : html`<script type="module" src="/challenge.js"></script>`,
    body: html`<h1>${t('challenge.title')}</h1>
      <p class="lead" id="challenge-status" role="status" data-failed="${t('challenge.failed')}">
        ${t(isRefused ? 'challenge.failed' : 'challenge.lead')}
      </p>
      <div class="challenge-bar wait-${shown}" aria-hidden="true"></div>
      <form
        method="post"
        action="${action}"
        class="challenge"
        data-challenge="${JSON.stringify(challenge)}"
        data-language="${text.language}"
      >
        ${[...fields, ['challenge', challenge.token], ['proof', '']].map(
          ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
        )}
        ${siteKey === null || isRefused ? '' : html`<div id="challenge-widget"></div>`}
        <noscript><p class="quiet">${t('challenge.wait', { count: waitSeconds })}</p></noscript>
        <div class="actions wait-${shown}">
          <button class="button" type="submit">${t('challenge.continue')}</button>
        </div>
      </form>
      <p class="quiet small">${t('challenge.why')}</p>`,
  })
}
