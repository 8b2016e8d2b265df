import { Router } from '@koa/router'
import { capturedMailPage, capturedMailsPage } from './captured-mail-view.ts'
import type { CapturedMails } from '../../mail/captured-mail.ts'

/** `/dev/mail`: the mails that were captured instead of sent. It is mounted only outside production. */
export function capturedMailRouter(mails: CapturedMails, newsroomName: string): Router {
  const router = new Router({ prefix: '/dev/mail' })

  router.get('/', async (ctx) => {
    ctx.type = 'html'
    ctx.body = capturedMailsPage(await mails.list(), newsroomName)
  })

  router.get('/:name', async (ctx) => {
    const mail = await mails.read(ctx.params['name'] ?? '')
    if (mail === null) return
    ctx.type = 'html'
    ctx.body = capturedMailPage(ctx.params['name'] ?? '', mail, newsroomName)
  })

  router.get('/:name/html', async (ctx) => {
    const mail = await mails.read(ctx.params['name'] ?? '')
    if (mail === null) return
    // The markup is as untrusted as in a mail program: it gets its own origin, no scripts and no network.
    ctx.set(
      'Content-Security-Policy',
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    )
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.type = 'html'
    ctx.body = mail.html
  })

  router.get('/:name/eml', async (ctx) => {
    const eml = await mails.readEml(ctx.params['name'] ?? '')
    if (eml === null) return
    ctx.attachment(`${ctx.params['name']}.eml`)
    ctx.set('X-Content-Type-Options', 'nosniff')
    ctx.type = 'message/rfc822'
    ctx.body = eml
  })

  return router
}
