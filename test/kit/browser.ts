import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core'

// The headless shell is the same browser without its window, and opens a page in a third of the processor time.
const found = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
].find((path) => path !== undefined && path !== '' && existsSync(path))

/**
 * Why browser tests cannot run here, to be given to `describe.skipIf` and printed; undefined when they can.
 * With `REQUIRE_BROWSER=1` a missing browser is a failure, so that CI cannot skip them unnoticed.
 */
export const skipReason: string | undefined =
  found === undefined
    ? 'no Chromium: set CHROMIUM_PATH or install the package chromium-headless-shell or chromium'
    : undefined

if (skipReason !== undefined && process.env['REQUIRE_BROWSER'] === '1')
  throw new Error(`REQUIRE_BROWSER=1, but ${skipReason}`)

export type BrowserSettings = {
  /** Whether code that runs for long is compiled again, and better. Of many pages, each is gone before that has paid. */
  readonly optimises?: boolean
  /** Whether it draws what it has laid out. Without, nothing moves, and no picture can be taken. */
  readonly draws?: boolean
}

/** A real Chromium without its background traffic. The caller closes it. */
export async function openBrowser({
  optimises = true,
  draws = true,
}: BrowserSettings = {}): Promise<Browser> {
  if (found === undefined) throw new Error(skipReason)
  return chromium.launch({
    executablePath: found,
    args: [
      ...(optimises ? [] : ['--js-flags=--always-sparkplug --no-maglev --no-opt']),
      // Frames are drawn when they are asked for, and nobody asks.
      ...(draws ? [] : ['--enable-begin-frame-control']),
      '--no-sandbox', // as root there is none; the tests open their own pages only
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The rules whose answer changes with the width and the colours of a page; what the others judge stays the same. */
export const RULES_OF_LAYOUT = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable']

/**
 * The accessibility violations that axe-core finds on the page, one line each. Passed rules are not collected.
 * @param without rules that another test checks for the same page
 * @param only the rules to check; all of them when there are none
 */
export async function axeFindings(
  page: Page,
  without: readonly string[] = [],
  only: readonly string[] = [],
): Promise<string[]> {
  await loadAxe(page)
  return page.evaluate(
    async ([disabled, asked]) => {
      // axe adds itself to the page's global object, which the test's types do not know.
      const { axe } = globalThis as unknown as {
        axe: {
          run(
            options: object,
          ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>
        }
      }
      const rules = Object.fromEntries(disabled.map((id) => [id, { enabled: false }]))
      const runOnly = asked.length === 0 ? {} : { runOnly: { type: 'rule', values: asked } }
      const { violations } = await axe.run({ resultTypes: ['violations'], preload: false, rules, ...runOnly })
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
      )
    },
    [without, only] as const,
  )
}

/** For a page on which every document is checked: the browser keeps axe and evaluates it in each, so it is sent once. */
export async function checksEveryDocument(page: Page): Promise<void> {
  await page.addInitScript({ content: axeSource })
}

const devtools = new WeakMap<Page, Promise<CDPSession>>()

/**
 * Evaluated rather than added as a script element, which the page's own policy refuses; and by the browser's tools, not by
 * `page.evaluate`, whose code the browser compiles anew for each page: this script is compiled once for each process.
 */
async function loadAxe(page: Page): Promise<void> {
  if (await page.evaluate('"axe" in globalThis')) return
  const session = devtools.get(page) ?? page.context().newCDPSession(page)
  devtools.set(page, session)
  const { exceptionDetails } = await (await session).send('Runtime.evaluate', { expression: axeSource })
  if (exceptionDetails) throw new Error(`axe cannot be loaded: ${exceptionDetails.text}`)
}
