import type { SetUpMistake } from './checkout-request.ts'

const blocked = new Set<string>()
addEventListener('securitypolicyviolation', ({ blockedURI }) => {
  // Some violations name no address but a word, such as `inline`.
  if (blockedURI.includes(':')) blocked.add(new URL(blockedURI).origin)
})

/**
 * The console says it to the site's maintainer; a reader only sees that the payment page could not be opened. This script
 * is loaded after the failure, so the request is repeated: a policy then blocks it once more, and the browser reports that.
 */
export const setUpMistake: SetUpMistake = async (service, signal) => {
  const { origin } = new URL(service)
  const answers = (mode: RequestMode) =>
    fetch(`${service}/checkout-sessions`, { mode, credentials: 'omit', cache: 'no-store', signal }).then(
      () => true,
      () => false,
    )
  const mayRead = await answers('cors')
  await new Promise((resolve) => setTimeout(resolve)) // the browser reports a violation in a task of its own
  if (blocked.has(origin))
    return `This page’s Content-Security-Policy does not allow requests to ${origin}. Add ${origin} to its connect-src.`
  // A page of another site may send a request, but may not read whether the service accepts the site.
  if (mayRead || !(await answers('no-cors'))) return null
  return `${service} accepts no checkouts from ${location.origin}. Add ${location.origin} to its ALLOWED_ORIGINS.`
}
