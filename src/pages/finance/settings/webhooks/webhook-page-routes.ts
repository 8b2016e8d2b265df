import { randomUUID } from 'node:crypto'
import { Router } from '@koa/router'
import type { Context } from 'koa'
import type pg from 'pg'
import { z } from 'zod'
import { actorOf } from '../../../../access/actor.ts'
import type { StaffSessions } from '../../../../access/session/session-middleware.ts'
import { localDate, parseLocalDate } from '../../../../calendar/local-date.ts'
import type { Keyring } from '../../../../config/keyring.ts'
import { parseOrRefuse } from '../../../../http/parse.ts'
import { Refusal } from '../../../../http/refusal.ts'
import { sameOriginOnly } from '../../../../http/same-origin.ts'
import type { FormProblem } from '../../../../html/form-problems-view.ts'
import { addressProblem } from '../../../../integrations/webhooks/delivery-gateway.ts'
import {
  countDeliveries,
  instantsOf,
  listDeliveries,
} from '../../../../integrations/webhooks/delivery-store.ts'
import {
  deliveryStatuses,
  type EndpointWish,
  type Reach,
  type WebhookEndpoint,
} from '../../../../integrations/webhooks/endpoint.ts'
import { endpointWish } from '../../../../integrations/webhooks/endpoint-record.ts'
import { endpointById, listEndpoints } from '../../../../integrations/webhooks/endpoint-store.ts'
import { endpointActs } from '../../../../integrations/webhooks/manage-endpoints.ts'
import { sentFields, sentFieldsOf, showsAgain } from '../../frame/form-requests.ts'
import { frameOf, text, type Newsroom } from '../../frame/finance-requests.ts'
import { emptyEndpoint, type TypedEndpoint } from './webhook-fields-view.ts'
import { doings, webhookPage, type WebhookView } from './webhook-view.ts'
import {
  webhookDeletionPage,
  WEBHOOKS,
  webhookSecretPage,
  webhooksPage,
  type WebhookListView,
} from './webhooks-view.ts'

const SHOWN = 50
const DELIVERY_ID = /^[1-9]\d{0,17}$/

const requestField = z.object({ request: z.uuid() })
const query = z.object({
  status: z.enum(deliveryStatuses).nullable().catch(null),
  before: z.string().regex(DELIVERY_ID).transform(BigInt).nullable().catch(null),
  done: z.enum(doings).nullable().catch(null),
  count: z.coerce.number().int().min(0).catch(0),
})

/** Which other systems are notified of gifts: admins add them, look at deliveries, and deliver again. */
export function webhookPages(deps: {
  readonly pool: pg.Pool
  readonly clock: () => Date
  readonly publicUrl: string
  readonly newsroom: Newsroom
  readonly sessions: StaffSessions
  readonly keys: Pick<Keyring, 'webhookSecrets'>
  readonly webhookReach: Reach
  readonly config: { readonly webhookDays: number }
}): Router {
  const { pool, clock, newsroom, sessions, webhookReach: reach } = deps
  const acts = endpointActs(deps)
  const gate = [sessions.keep, sessions.requireStaff('admin')] as const
  const change = [sameOriginOnly(deps.publicUrl), ...gate] as const

  async function showList(ctx: Context, shown: Pick<WebhookListView, 'typed' | 'problems' | 'isDeleted'>) {
    const [endpoints, counts] = await Promise.all([listEndpoints(pool), countDeliveries(pool)])
    if (shown.problems.length > 0) ctx.status = 400
    ctx.type = 'html'
    ctx.body = webhooksPage({
      ...frameOf(ctx, newsroom),
      endpoints: endpoints.map((one) => ({ ...one, ...(counts.get(one.id) ?? { pending: 0, givenUp: 0 }) })),
      requestId: randomUUID(),
      reach,
      ...shown,
    })
  }

  async function showOne(
    ctx: Context,
    endpoint: WebhookEndpoint,
    shown: Partial<Pick<WebhookView, 'typed' | 'days' | 'problems'>> = {},
  ) {
    const { status, before, done, count } = query.parse(ctx.query)
    const now = clock()
    const today = localDate(now, newsroom.timezone)
    const { deliveries, next } = await listDeliveries(pool, {
      endpointId: endpoint.id,
      status,
      before,
      limit: SHOWN,
    })
    if (shown.problems) ctx.status = 400
    ctx.type = 'html'
    ctx.body = webhookPage({
      ...frameOf(ctx, newsroom),
      endpoint,
      now,
      typed: endpoint,
      days: { from: today, to: today },
      problems: [],
      reach,
      done: done === null ? null : { what: done, count },
      status,
      deliveries,
      older: next,
      keptDays: deps.config.webhookDays,
      ...shown,
    })
  }

  /** @throws Refusal not_found */
  async function endpointOf(ctx: Context): Promise<WebhookEndpoint> {
    const id = z.uuid().safeParse(ctx['params']['id']).data
    const endpoint = id === undefined ? null : await endpointById(pool, id)
    if (!endpoint) throw new Refusal('not_found', text.finance('webhooks.notFound'))
    return endpoint
  }

  function backTo(ctx: Context, id: string, done: string) {
    ctx.status = 303
    ctx.redirect(`${WEBHOOKS}/${id}?done=${done}`)
  }

  function showSecret(
    ctx: Context,
    endpoint: Pick<WebhookEndpoint, 'id' | 'url'>,
    secret: string,
    until: Date | null,
  ) {
    ctx.type = 'html'
    const { host } = new URL(endpoint.url)
    ctx.body = webhookSecretPage({ ...frameOf(ctx, newsroom), id: endpoint.id, host, secret, until })
  }

  const listAgain = showsAgain({
    page: (ctx) => {
      const sent = sentFieldsOf(ctx)
      const typed = ctx.path === WEBHOOKS && sent.size > 0 ? typedIn(sent) : emptyEndpoint
      return showList(ctx, { typed, problems: [], isDeleted: false })
    },
    texts: ['url', 'description'],
  })
  const anyPage = (ctx: Context) => showList(ctx, { typed: emptyEndpoint, problems: [], isDeleted: false })
  const oneAgain = showsAgain({
    page: async (ctx) => {
      const [endpoint, sent] = [await endpointOf(ctx), sentFieldsOf(ctx)]
      const isDays = ctx.path.endsWith('/replay')
      const shown = isDays ? { days: daysIn(sent) } : { typed: typedIn(sent) }
      await showOne(ctx, endpoint, sent.size > 0 ? shown : {})
    },
    otherwise: anyPage,
    texts: ['url', 'description'],
  })

  return new Router()
    .get(WEBHOOKS, ...gate, (ctx) =>
      showList(ctx, { typed: emptyEndpoint, problems: [], isDeleted: ctx.query['deleted'] !== undefined }),
    )
    .post(WEBHOOKS, ...change, listAgain, async (ctx) => {
      const form = await sentFields(ctx)
      const { request: id } = parseOrRefuse(
        requestField,
        Object.fromEntries(form),
        text.finance('refusal.address'),
      )
      const { typed, wish, problems } = readForm(form, reach)
      if (!wish) return showList(ctx, { typed, problems, isDeleted: false })
      const { secret } = await acts.add(id, wish, actorOf(ctx))
      return showSecret(ctx, { id, url: wish.url }, secret, null)
    })
    .get(`${WEBHOOKS}/:id`, ...gate, async (ctx) => showOne(ctx, await endpointOf(ctx)))
    .post(`${WEBHOOKS}/:id`, ...change, oneAgain, async (ctx) => {
      const endpoint = await endpointOf(ctx)
      const { typed, wish, problems } = readForm(await sentFields(ctx), reach)
      if (!wish) return showOne(ctx, endpoint, { typed, problems })
      await acts.change(endpoint.id, wish, actorOf(ctx))
      return backTo(ctx, endpoint.id, 'changed')
    })
    .post(`${WEBHOOKS}/:id/secret`, ...change, oneAgain, async (ctx) => {
      const endpoint = await endpointOf(ctx)
      const { secret, until } = await acts.roll(endpoint.id, actorOf(ctx))
      showSecret(ctx, endpoint, secret, until)
    })
    .post(`${WEBHOOKS}/:id/test`, ...change, oneAgain, async (ctx) => {
      const { id } = await endpointOf(ctx)
      await acts.test(id, actorOf(ctx))
      backTo(ctx, id, 'test')
    })
    .post(`${WEBHOOKS}/:id/disable`, ...change, oneAgain, async (ctx) => {
      const { id } = await endpointOf(ctx)
      await acts.disable(id, actorOf(ctx))
      backTo(ctx, id, 'disabled')
    })
    .post(`${WEBHOOKS}/:id/enable`, ...change, oneAgain, async (ctx) => {
      const { id } = await endpointOf(ctx)
      await acts.enable(id, actorOf(ctx))
      backTo(ctx, id, 'enabled')
    })
    .get(`${WEBHOOKS}/:id/delete`, ...gate, async (ctx) => {
      const endpoint = await endpointOf(ctx)
      ctx.type = 'html'
      ctx.body = webhookDeletionPage({ ...frameOf(ctx, newsroom), endpoint })
    })
    .post(`${WEBHOOKS}/:id/delete`, ...change, oneAgain, async (ctx) => {
      await acts.remove((await endpointOf(ctx)).id, actorOf(ctx))
      ctx.status = 303
      ctx.redirect(`${WEBHOOKS}?deleted`)
    })
    .post(`${WEBHOOKS}/:id/deliveries/:delivery`, ...change, oneAgain, async (ctx) => {
      const { id } = await endpointOf(ctx)
      const delivery = ctx.params['delivery'] ?? ''
      if (!DELIVERY_ID.test(delivery)) throw new Refusal('not_found', text.finance('webhooks.notFound'))
      await acts.replayDelivery(id, BigInt(delivery), actorOf(ctx))
      backTo(ctx, id, 'replayed&count=1')
    })
    .post(`${WEBHOOKS}/:id/replay`, ...change, oneAgain, async (ctx) => {
      const endpoint = await endpointOf(ctx)
      const form = await sentFields(ctx)
      const days = daysIn(form)
      const problems = dayProblems(days)
      if (problems.length > 0) return showOne(ctx, endpoint, { days, problems })
      const range = await instantsOf(pool, { ...days, timezone: newsroom.timezone })
      const which = form.get('which') === 'all' ? 'all' : 'undelivered'
      const count = await acts.replayRange(endpoint.id, { ...range, which }, actorOf(ctx))
      return backTo(ctx, endpoint.id, `replayed&count=${count}`)
    })
}

function daysIn(form: URLSearchParams): WebhookView['days'] {
  return { from: form.get('from') ?? '', to: form.get('to') ?? '' }
}

function dayProblems({ from, to }: WebhookView['days']): FormProblem[] {
  const t = text.finance
  const [first, last] = [parseLocalDate(from), parseLocalDate(to)]
  return [
    ...(first === null ? [{ fieldId: 'from', message: t('webhooks.problem.from') }] : []),
    ...(last === null || (first !== null && last < first)
      ? [{ fieldId: 'to', message: t('webhooks.problem.to') }]
      : []),
  ]
}

type ReadForm = {
  readonly typed: TypedEndpoint
  /** Null when there are problems. */
  readonly wish: EndpointWish | null
  readonly problems: readonly FormProblem[]
}

function typedIn(form: URLSearchParams): TypedEndpoint {
  return {
    url: (form.get('url') ?? '').trim(),
    description: form.get('description') ?? '',
    events: form.getAll('events'),
    withDonor: form.get('withDonor') === 'yes',
  }
}

function readForm(form: URLSearchParams, reach: Reach): ReadForm {
  const t = text.finance
  const typed = typedIn(form)
  const read = endpointWish.safeParse(typed)
  const wrong = read.success ? [] : read.error.issues.map(({ path: [field] }) => String(field))
  const address = addressProblem(typed.url, reach)
  const problems = [
    ...(address === null ? [] : [{ fieldId: 'url', message: t(`webhooks.problem.url.${address}`) }]),
    ...(['description', 'events'] as const)
      .filter((field) => wrong.includes(field))
      .map((field) => ({ fieldId: field, message: t(`webhooks.problem.${field}`) })),
  ]
  return { typed, wish: read.success && problems.length === 0 ? read.data : null, problems }
}
