import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFindings, openBrowser, skipReason } from '../kit/browser.ts'
import { mailSamples } from './mail-samples.ts'

describe.skipIf(skipReason)('a mail in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser({ optimises: false, draws: false })
  })
  afterAll(() => browser.close())

  it.each(['en', 'de', 'ar'])(
    'fits a phone with its picture blocked, light and dark, without findings of axe: %s',
    async (language) => {
      const page = await browser.newPage({ viewport: { width: 360, height: 640 } })
      await page.route('https://**', (route) => route.abort())
      for (const [kind, mail] of Object.entries(
        mailSamples(language, 'https://cdn.harbour.example/logo.png'),
      ))
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          await page.setContent(mail.html)
          const tooWide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
          // Mail programs have their own landmarks and headings around a mail.
          const findings = (await axeFindings(page)).filter(
            (line) => !/^(region|landmark|page-has-heading)/.test(line),
          )
          expect({ kind, colorScheme, tooWide: tooWide > 0, findings }).toEqual({
            kind,
            colorScheme,
            tooWide: false,
            findings: [],
          })
        }
      await page.close()
    },
  )
})
