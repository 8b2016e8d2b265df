import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A newsroom's own site, on another origin than the service, with the widget as the README says. */
export type ArticleSite = {
  readonly origin: string
  /** @param variant of the widget; @param lang of the page */
  article(variant?: 'inline' | 'card' | 'button', lang?: 'en' | 'ar'): string
  /** An article with another element of the service, and what it holds for readers without scripts. */
  embedding(element: 'newsletter' | 'supporters', ground?: 'light' | 'dark'): string
  /** An article with this markup at its end, as an editor pastes it. */
  pasted(
    markup: string,
    options?: { readonly lang?: 'en' | 'ar'; readonly ground?: 'light' | 'dark' },
  ): string
  /** The service whose script the pages load. */
  asks(serviceUrl: string): void
  close(): void
}

const TITLES = { en: 'Ferry returns', ar: 'العبّارة تعود' }

export async function startArticleSite(): Promise<ArticleSite> {
  let service = ''
  const pasted: string[] = []
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://site.example')
    const lang = searchParams.get('lang') === 'ar' ? 'ar' : 'en'
    const painted =
      searchParams.get('ground') === 'dark' ? 'body { background: #15171a; color: #f4f4f4 }' : ''
    const embedded = searchParams.get('embed')
    const own = pasted[Number(searchParams.get('pasted') ?? -1)]
    const element =
      own !== undefined
        ? own
        : embedded
          ? `<reader-${embedded}><a href="${service}/${embedded}">Here is more</a></reader-${embedded}>`
          : `<reader-donation variant="${searchParams.get('variant') ?? 'inline'}"><a href="${service}/donate">Support us</a></reader-donation>`
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8">
<title>${TITLES[lang]}</title><meta name="viewport" content="width=device-width">
${own === undefined ? `<script src="${service}/${embedded ?? 'widget'}.js" async></script>` : ''}
<style>body { margin: 16px; font-family: sans-serif } reader-donation { display: block; min-height: 270px } ${painted}</style></head>
<body><main><h1>${TITLES[lang]}</h1><p>The last line of the article.</p>
${element}
</main></body></html>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address with a port.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    article: (variant = 'inline', lang = 'en') => `${origin}/ferry?variant=${variant}&lang=${lang}`,
    embedding: (element, ground = 'light') => `${origin}/ferry?embed=${element}&ground=${ground}`,
    pasted: (markup, { lang = 'en', ground = 'light' } = {}) =>
      `${origin}/ferry?pasted=${pasted.push(markup) - 1}&lang=${lang}&ground=${ground}`,
    asks: (serviceUrl) => void (service = serviceUrl),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
