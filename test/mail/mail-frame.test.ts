import { describe, expect, it } from 'vitest'
import { languages } from '../../src/text/languages.ts'
import { mailSamples, PAGE } from './mail-samples.ts'

const logoUrl = 'https://cdn.harbour.example/logo.png?a=1&b="2"'
const everyMail = languages.flatMap((language) =>
  Object.entries(mailSamples(language, logoUrl)).map(([kind, mail]) => ({ kind, language, mail })),
)

describe('the HTML of every mail', () => {
  it.each(everyMail)(
    'is ready for dark mode, Outlook and blocked pictures: $kind in $language',
    ({ mail }) => {
      const { html } = mail
      expect(html).toContain('<meta name="color-scheme" content="light dark" />')
      expect(html).toContain('@media (prefers-color-scheme: dark)')
      expect(html).not.toMatch(/#fff(fff)?\b|#000(000)?\b|white\b(?!-)|:\s*black/i)
      // A coloured cell with the padding that Outlook reads, and the address once more below it.
      expect(html).toMatch(/<td\s+class="button"\s+bgcolor="#0f5f4a"\s+style="[^"]*mso-padding-alt/)
      expect(html.split(`href="${PAGE}"`).length).toBeGreaterThan(2)
      expect(html.match(/<img[^>]*>/g)).toEqual([
        expect.stringMatching(/alt="The Harbour Post"[^]*height="48"/),
      ])
      expect(html).toContain('src="https://cdn.harbour.example/logo.png?a=1&amp;b=&quot;2&quot;"')
    },
  )

  it('has the newsroom’s name where there is no logo', () => {
    for (const { html } of Object.values(mailSamples('en', null))) {
      expect(html).not.toContain('<img')
      expect(html).toContain('<bdi>The Harbour Post</bdi></strong>')
    }
  })
})
