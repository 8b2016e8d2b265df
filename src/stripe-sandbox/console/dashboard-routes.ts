import { Router } from '@koa/router'
import { z } from 'zod'
import { dashboardView } from './dashboard-view.ts'
import type { DeliveryWorker } from '../delivery/delivery-worker.ts'
import { readForm, sendPage, sendStyle } from '../page-exit.ts'
import type { PayingDesk } from '../checkout/paying-desk.ts'
import type { Stage } from '../stage.ts'

const settleSchema = z.object({ outcome: z.enum(['succeeded', 'failed']) })

/** What the operator of a demo sees and does: look, send an event again, let the bank speak now. */
export function dashboardRoutes(parts: {
  stage: Stage
  desk: PayingDesk
  deliveries: DeliveryWorker
}): Router {
  const { stage, desk, deliveries } = parts
  const router = new Router()
  router.get('/', (ctx) => sendPage(ctx, 200, dashboardView(stage.scene())))
  router.get('/sandbox.css', sendStyle)
  router.post('/events/:id/resend', async (ctx) => {
    await readForm(ctx)
    await deliveries.resend(String(ctx.params['id']))
    ctx.redirect('/')
    ctx.status = 303
  })
  router.post('/sessions/:id/settle', async (ctx) => {
    const { outcome } = settleSchema.parse(await readForm(ctx))
    const id = String(ctx.params['id'])
    // Settled by its timer in the meantime: the page shows it, there is nothing to refuse.
    if (stage.scene().state.bank_debit.get(id)?.settled === false) desk.settle(id, outcome)
    ctx.redirect('/')
    ctx.status = 303
  })
  return router
}
