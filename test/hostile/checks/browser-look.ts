import type { Page } from 'playwright-core'
import { openBrowser } from '../../kit/browser.ts'
import { MARK } from '../lists/awkward-texts.ts'

export type Seen = { readonly address: string; readonly what: string }

/**
 * Opens pages in a real Chromium and says what of the values that they show was taken for more than text: code that ran or
 * was refused by the page's policy, an element, a dialog, something that was fetched elsewhere.
 */
export async function lookAt(
  url: string,
  cookie: string,
  addresses: readonly string[],
): Promise<readonly Seen[]> {
  const browser = await openBrowser()
  try {
    const context = await browser.newContext()
    await context.addCookies(
      cookie
        .split('; ')
        .filter((pair) => pair !== '')
        .map((pair) => ({
          name: pair.slice(0, pair.indexOf('=')),
          value: pair.slice(pair.indexOf('=') + 1),
          url,
        })),
    )
    const page = await context.newPage()
    await page.addInitScript(WATCH)
    const seen: Seen[] = []
    let address = ''
    const say = (what: string): void => void seen.push({ address, what })
    page.on('dialog', (dialog) => {
      say(`a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('console', (message) => {
      if (message.text().includes(MARK) || message.text().includes('Content Security Policy'))
        say(`the console says ${message.text()}`)
    })
    page.on('pageerror', (error) => say(`a script fails: ${error.message}`))
    page.on('popup', (popup) => say(`a window opens: ${popup.url()}`))
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url())
      if (protocol !== 'data:' && origin !== new URL(url).origin) say(`it fetches ${request.url()}`)
    })
    for (address of addresses) {
      await page.goto(url + address, { waitUntil: 'load' })
      for (const what of await leftBehind(page)) say(what)
    }
    return seen
  } finally {
    await browser.close()
  }
}

/** Runs before the page's own scripts. */
const WATCH = `globalThis.violated = []
document.addEventListener('securitypolicyviolation', (event) =>
  globalThis.violated.push(event.violatedDirective + ' ' + event.blockedURI))`

/** What the page's own global object says, read by names that the types of these tests do not know. */
const LEFT_BEHIND = `({
  ran: '${MARK}' in globalThis,
  violated: globalThis.violated,
  elements: [...document.querySelectorAll('${MARK}, [${MARK}], img[src="x"], a[href^="javascript:" i]')]
    .map(({ outerHTML }) => outerHTML.slice(0, 200)),
})`

async function leftBehind(page: Page): Promise<string[]> {
  const { ran, violated, elements } = await page.evaluate<{
    readonly ran: boolean
    readonly violated: readonly string[]
    readonly elements: readonly string[]
  }>(LEFT_BEHIND)
  return [
    ...(ran ? ['code of a value ran'] : []),
    ...violated.map((what) => `the page’s policy refused ${what}`),
    ...elements.map((what) => `a value became ${what}`),
  ]
}
