import { Router } from '@koa/router'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../access/actor.ts'
import { recordAct } from '../../../access/audit/audit-trail-store.ts'
import { mayActAs } from '../../../access/role.ts'
import type { StaffSessions } from '../../../access/session/session-middleware.ts'
import { localDate } from '../../../calendar/local-date.ts'
import type { Config } from '../../../config/config.ts'
import { inTransaction } from '../../../db/database.ts'
import type { Exporter } from '../../../exports/exporter.ts'
import { newsletterFile } from '../../../exports/files/newsletter-file.ts'
import { sendExport } from '../../../exports/send-export.ts'
import { Refusal } from '../../../http/refusal.ts'
import { sameOriginOnly } from '../../../http/same-origin.ts'
import { consentById } from '../../../newsletter/consent-store.ts'
import { forgetAddress } from '../../../newsletter/manage-subscription.ts'
import { countSubscribers, latestSubscribers } from '../../../newsletter/subscriber-list-store.ts'
import {
  countToolDeliveries,
  givenUpDeliveries,
  sendToToolAgain,
} from '../../../newsletter/tool-delivery-store.ts'
import { frameOf, text, type Newsroom } from '../frame/finance-requests.ts'
import { newsletterDone, newsletterPage } from './newsletter-view.ts'

const PAGE = '/finance/reports/newsletter'
const SUBSCRIBERS_ON_A_PAGE = 100
const DELIVERIES_ON_A_PAGE = 50

/** Who gets the newsletter: numbers for viewers, addresses and the file for those who may see donors. */
export function newsletterDesk(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
  readonly exporter: Exporter
  readonly config: Pick<Config, 'newsletter'>
}): readonly Router[] {
  const { pool, clock, newsroom, sessions, exporter, publicUrl } = deps
  const { newsletter } = deps.config
  if (!newsletter) return []
  const gate = [sameOriginOnly(publicUrl), sessions.keep, sessions.requireStaff('finance')] as const
  const router = new Router()

  router.get(PAGE, sessions.keep, sessions.requireStaff('viewer'), async (ctx) => {
    const frame = frameOf(ctx, newsroom)
    const maySee = mayActAs(frame.role, 'auditor')
    const [counts, deliveries] = await Promise.all([countSubscribers(pool), countToolDeliveries(pool)])
    ctx.type = 'html'
    ctx.body = newsletterPage({
      ...frame,
      tool: newsletter.tool.kind,
      counts,
      deliveries,
      subscribers: maySee ? await latestSubscribers(pool, SUBSCRIBERS_ON_A_PAGE) : null,
      givenUp: maySee ? await givenUpDeliveries(pool, DELIVERIES_ON_A_PAGE) : [],
      done: newsletterDone.find((one) => one === ctx.query['done']) ?? null,
    })
  })

  router.get('/finance/exports/newsletter', sessions.keep, sessions.requireStaff('auditor'), async (ctx) => {
    await sendExport(ctx, exporter, {
      kind: 'newsletter',
      format: ctx.query['format'] === 'xlsx' ? 'xlsx' : 'csv',
      name: `newsletter-${localDate(clock(), newsroom.timezone)}`,
      filters: {},
      holdsDonors: true,
      table: () => newsletterFile(newsroom.timezone),
    })
  })

  router.post('/finance/newsletter/deliveries/:id', ...gate, async (ctx) => {
    const given = ctx.params['id'] ?? ''
    const id = /^[1-9]\d{0,17}$/.test(given) ? BigInt(given) : null
    if (id === null && given !== 'all') throw new Refusal('not_found', text.finance('newsletter.notFound'))
    await inTransaction(pool, async (tx) => {
      const deliveries = await sendToToolAgain(tx, id)
      // One that somebody else has sent again meanwhile is no problem: it is on its way.
      if (deliveries === 0) return
      const subject = `newsletter-delivery/${given}` as const
      const act = { act: 'newsletter_sent_again', subject, after: { deliveries } } as const
      await recordAct(tx, { actor: actorOf(ctx), ...act, at: clock() })
    })
    ctx.status = 303
    ctx.redirect(`${PAGE}?done=sent`)
  })

  router.post('/finance/newsletter/subscribers/:id/erase', ...gate, async (ctx) => {
    const id = z.uuid().safeParse(ctx.params['id']).data
    const consent = id === undefined ? null : await consentById(pool, id)
    if (!consent) throw new Refusal('not_found', text.finance('newsletter.notFound'))
    await inTransaction(pool, async (tx) => {
      const at = clock()
      await forgetAddress(tx, consent.email, at)
      const subject = `newsletter-consent/${consent.id}` as const
      await recordAct(tx, { actor: actorOf(ctx), act: 'newsletter_reader_erased', subject, at })
    })
    ctx.status = 303
    ctx.redirect(`${PAGE}?done=erased`)
  })

  return [router]
}
