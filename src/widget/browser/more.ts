import type { SetUpMistake } from './checkout-request.ts'

// What only a reader needs who touches the widget: own amounts, and the way to Stripe. The widget imports this script at the
// first touch, so it is usually there before the click, and article pages that nobody gives on do not load it.

export { outcomeOfLeaving, rememberLeaving } from './came-back.ts'
export { requestCheckout } from './checkout-request.ts'
export { moreWords, readAmount, recurs } from './own-amount.ts'
export { articleOf, campaignOf, donatePageUrl } from './page-context.ts'

type RareScript = { readonly setUpMistake: SetUpMistake }

/** Asks the third script, which hardly any reader loads; without it the network is to blame. */
export const setUpMistake: SetUpMistake = (service, signal) =>
  import(`${service}/challenge.js`).then(
    (rare: RareScript) => rare.setUpMistake(service, signal),
    () => null,
  )

/** A sign that the reader types takes the place of the field's own. @param own the field, whose signs stand beside it */
export function hideMarks(own: HTMLInputElement): void {
  for (const mark of own.parentElement?.querySelectorAll('span') ?? [])
    mark.hidden = own.value.includes(mark.textContent ?? '')
}
