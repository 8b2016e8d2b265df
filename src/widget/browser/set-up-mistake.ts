import type { SetUpMistake } from './checkout-request.ts'

const blocked = new Set<string>()
addEventListener('securitypolicyviolation', ({ blockedURI }) => {
  // Some violations name no address but a word, such as `inline`.
  const url = blockedURI.includes(':') ? new URL(blockedURI) : null
  if (url) blocked.add(url.origin)
})

/** The console says it to the site's maintainer; a reader only sees that the payment page could not be opened. */
export const setUpMistake: SetUpMistake = async (origin, signal) => {
  await new Promise((resolve) => setTimeout(resolve)) // the browser reports a violation in a task of its own
  if (blocked.has(origin))
    return `This page’s Content-Security-Policy does not allow requests to ${origin}. Add ${origin} to its connect-src.`
  const answers = (mode: RequestMode) =>
    fetch(`${origin}/checkout-sessions`, { mode, credentials: 'omit', cache: 'no-store', signal }).then(
      () => true,
      () => false,
    )
  // A page of another site may send a request, but may not read whether the service accepts the site.
  if ((await answers('cors')) || !(await answers('no-cors'))) return null
  return `${origin} accepts no checkouts from ${location.origin}. Add ${location.origin} to its ALLOWED_ORIGINS.`
}
