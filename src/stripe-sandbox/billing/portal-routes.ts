import { Router } from '@koa/router'
import { z } from 'zod'
import { readForm, sendPage } from '../page-exit.ts'
import type { Stage } from '../stage.ts'
import { startWork } from '../work.ts'
import { cancelAtPeriodEnd } from './cancellation.ts'
import { portalPage, unknownPortal } from './portal-view.ts'

const formSchema = z.object({ subscription: z.string(), act: z.enum(['cancel', 'keep']) })

/** The hosted page behind `billing_portal.sessions.create`. Whoever has the link is the customer. */
export function portalRoutes({ stage }: { stage: Stage }): Router {
  const router = new Router()
  router.get('/p/session/:secret', async (ctx) => {
    const { state } = stage.scene()
    const session = state.portal_session.get(String(ctx.params['secret']))
    const customer = session === undefined ? undefined : state.customer.get(session.customer)
    if (session === undefined || customer === undefined) return sendPage(ctx, 404, unknownPortal())
    const all = [...state.subscription.values()].map(({ object }) => object)
    const own = all.filter((subscription) => subscription.customer === customer.id)
    return sendPage(ctx, 200, portalPage(customer, own, session))
  })
  router.post('/p/session/:secret', async (ctx) => {
    const { subscription, act } = formSchema.parse(await readForm(ctx))
    const scene = stage.scene()
    const session = scene.state.portal_session.get(String(ctx.params['secret']))
    const record = scene.state.subscription.get(subscription)
    if (session === undefined || record?.object.customer !== session.customer) {
      return sendPage(ctx, 404, unknownPortal())
    }
    const work = startWork(scene)
    if (record.object.status !== 'canceled') cancelAtPeriodEnd(work, record, act === 'cancel')
    stage.commit(work.changes)
    ctx.redirect(ctx.path)
    ctx.status = 303
  })
  return router
}
