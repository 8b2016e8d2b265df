import { choosableEvents } from '../../../src/webhooks/webhook-event.ts'
import type { WebhookDelivery, WebhookEndpoint } from '../../../src/integrations/webhooks/endpoint.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import { emptyEndpoint } from '../../../src/pages/finance/settings/webhooks/webhook-fields-view.ts'
import {
  doings,
  webhookPage,
  type WebhookView,
} from '../../../src/pages/finance/settings/webhooks/webhook-view.ts'
import {
  webhookDeletionPage,
  webhookSecretPage,
  webhooksPage,
} from '../../../src/pages/finance/settings/webhooks/webhooks-view.ts'
import type { Words } from '../view-samples.ts'

const at = new Date('2026-02-14T18:42:00Z')
const later = new Date('2026-02-15T18:42:00Z')
const ID = '0b5f3a52-8d1c-4a4e-9f6a-2f6f0d3b7c11'

function endpointOf(words: Words, over: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  return {
    id: ID,
    url: `https://crm.example/hooks/${encodeURIComponent(words.title)}`,
    description: words.title,
    events: choosableEvents,
    withDonor: false,
    createdAt: at,
    disabled: null,
    failingSince: null,
    formerSecretUntil: null,
    ...over,
  }
}

function deliveriesOf(words: Words): WebhookDelivery[] {
  const taken = {
    messageId: ID,
    type: 'donation.created',
    subject: ID,
    recordedAt: at,
    status: 'delivered',
    attempts: 1,
    nextAttemptAt: at,
    lastAttemptAt: at,
    failure: null,
    answerCode: 200,
    answerStart: words.message,
  } as const
  const waiting = { ...taken, status: 'pending', answerCode: null, answerStart: null } as const
  return [
    taken,
    { ...taken, type: 'endpoint.test', answerCode: 204, answerStart: '' },
    { ...waiting, attempts: 0, lastAttemptAt: null },
    { ...waiting, attempts: 3, nextAttemptAt: later, failure: 'timeout' as const },
    { ...waiting, attempts: 1, nextAttemptAt: later, failure: 'unreachable' as const },
    {
      ...taken,
      type: 'subscription.ended',
      subject: 'sub_1QhZ5Y2eZvKYlo2C1',
      status: 'given_up' as const,
      attempts: 10,
      failure: 'answer' as const,
      answerCode: 500,
      answerStart: words.message,
    },
    {
      ...waiting,
      type: words.campaign,
      status: 'given_up' as const,
      attempts: 10,
      failure: 'not_public' as const,
    },
  ].map((delivery, index) => ({ ...delivery, id: BigInt(20 - index) }))
}

/** The pages of outgoing webhooks, in every state. */
export function webhookViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const admin = { ...frame, role: 'admin' } as const
  const works = endpointOf(words)
  const failing = endpointOf(words, { failingSince: at, formerSecretUntil: later, withDonor: true })
  const off = (because: 'staff' | 'failing' | 'gone') => endpointOf(words, { disabled: { at, because } })
  const list = {
    ...admin,
    endpoints: [],
    isDeleted: false,
    requestId: ID,
    typed: emptyEndpoint,
    problems: [],
    reach: 'public',
  } as const
  const problems = ['url', 'description', 'events'].map((fieldId) => ({ fieldId, message: words.message }))
  const typed = { url: words.url, description: words.title, events: [], withDonor: true }
  const one: WebhookView = {
    ...admin,
    endpoint: works,
    now: at,
    typed: works,
    days: { from: '2026-02-14', to: '2026-02-14' },
    problems: [],
    reach: 'local',
    done: null,
    status: null,
    deliveries: [],
    older: null,
    keptDays: 30,
  }
  const count = { pending: 12, givenUp: 3 }
  return {
    webhooks: webhooksPage({
      ...list,
      isDeleted: true,
      endpoints: [
        { ...works, pending: 0, givenUp: 0 },
        { ...endpointOf(words, { description: '' }), ...count },
        { ...failing, ...count },
        ...(['staff', 'failing', 'gone'] as const).map((because) => ({ ...off(because), ...count })),
      ],
    }),
    'webhooks-none': webhooksPage(list),
    'webhooks-refused': webhooksPage({ ...list, typed, problems }),
    'webhook-secret': webhookSecretPage({
      ...admin,
      id: ID,
      host: 'crm.example',
      secret: `whsec_${'x'.repeat(44)}`,
      until: null,
    }),
    'webhook-secret-rolled': webhookSecretPage({
      ...admin,
      id: ID,
      host: 'crm.example',
      secret: `whsec_${'x'.repeat(44)}`,
      until: later,
    }),
    'webhook-new': webhookPage(one),
    webhook: webhookPage({ ...one, deliveries: deliveriesOf(words), older: 4n, status: 'pending' }),
    'webhook-failing': webhookPage({
      ...one,
      endpoint: failing,
      deliveries: deliveriesOf({ ...words, message: '' }).map((each) => ({ ...each, answerStart: null })),
    }),
    'webhook-off': webhookPage({ ...one, endpoint: off('failing'), deliveries: deliveriesOf(words) }),
    'webhook-refused': webhookPage({
      ...one,
      typed,
      problems: [...problems, ...['from', 'to'].map((fieldId) => ({ fieldId, message: words.message }))],
    }),
    ...Object.fromEntries(
      doings.map((what, index) => [`webhook-${what}`, webhookPage({ ...one, done: { what, count: index } })]),
    ),
    'webhook-replayed-none': webhookPage({ ...one, done: { what: 'replayed', count: 0 } }),
    'webhook-deletion': webhookDeletionPage({ ...admin, endpoint: works }),
  }
}
