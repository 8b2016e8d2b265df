import type { IncomingMessage, RequestListener } from 'node:http'

/**
 * Gives each request to the site whose host it names. A request for any other host is not a site's: nothing is shown in
 * place of what was asked for, so that a wrong name in the DNS never leads one site's readers to another site.
 * @param others answers what is addressed to no site
 */
export function answerByHost(
  sites: readonly { readonly url: string; readonly answer: RequestListener | null }[],
  others: RequestListener,
): RequestListener {
  const answerOf = new Map(sites.map(({ url, answer }) => [new URL(url).hostname, answer]))
  return (request, response) => (answerOf.get(hostOf(request)) ?? others)(request, response)
}

/** The host's name without the port. A proxy has to hand the browser's Host header on. */
function hostOf({ headers }: IncomingMessage): string {
  return (URL.parse(`http://${headers.host ?? ''}`)?.hostname ?? '').replace(/\.$/, '')
}
