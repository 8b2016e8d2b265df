import { fileURLToPath } from 'node:url'
import { Router } from '@koa/router'
import { build } from 'esbuild'
import type { Context } from 'koa'
import { answerWith, served, type Served } from '../http/precompressed.ts'
import { consentTextIn } from '../newsletter/consent.ts'
import { readerTexts, type Text } from '../text/text.ts'
import type { ReaderLanguages } from '../text/languages.ts'

/** The script of `<reader-newsletter>`. */
async function buildNewsletterScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./browser/newsletter.ts', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const source = outputFiles[0]?.text
  if (!source) throw new Error('esbuild returned an empty newsletter script')
  return source
}

/** `GET /newsletter.js` and its words in one language, `GET /newsletter.json?lang=de`, for article pages of any site. */
export async function newsletterScriptRouter(
  languages: ReaderLanguages,
  newsroomName: string,
): Promise<Router> {
  const script = served(await buildNewsletterScript())
  const textFor = readerTexts(languages)
  const kept = new Map<string, Served>()
  const wordsFor = (text: Text): Served => {
    const found = kept.get(text.language) ?? served(JSON.stringify(newsletterWords(text, newsroomName)))
    kept.set(text.language, found)
    return found
  }
  const share = (ctx: Context) => {
    ctx.set('Access-Control-Allow-Origin', '*')
    ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
    ctx.set('Cache-Control', 'public, max-age=300')
  }
  return new Router()
    .get('/newsletter.js', (ctx) => {
      share(ctx)
      answerWith(ctx, script, 'text/javascript; charset=utf-8')
    })
    .get('/newsletter.json', (ctx) => {
      share(ctx)
      const lang = new URLSearchParams(ctx.querystring).get('lang')
      answerWith(ctx, wordsFor(textFor(lang)), 'application/json; charset=utf-8')
    })
}

function newsletterWords(text: Text, newsroom: string) {
  const t = text.newsletter
  return {
    lang: text.language,
    dir: text.direction,
    title: t('form.title', { newsroom }),
    email: t('form.email'),
    consent: consentTextIn(text, newsroom).text,
    subscribe: t('form.subscribe'),
    how: t('form.how'),
    sentTitle: t('sent.title'),
    sent: t('sent.lead'),
    emailProblem: t('form.emailProblem'),
    consentProblem: t('form.consentProblem'),
    failed: t('form.failed'),
    tooMany: t('form.tooMany'),
  }
}
