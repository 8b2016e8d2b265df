import {
  newsletterPage as deskPage,
  type NewsletterView,
} from '../../../src/pages/finance/newsletter/newsletter-view.ts'
import type { FinanceFrame } from '../../../src/pages/finance/frame/finance-layout-view.ts'
import {
  confirmedPage,
  confirmPage,
  lookIntoMailbox,
  newsletterForm,
  unknownLinkPage,
  unsubscribedPage,
  unsubscribePage,
} from '../../../src/pages/reader/newsletter/newsletter-view.ts'
import { languages } from '../../../src/text/languages.ts'
import type { Text } from '../../../src/text/text.ts'
import type { Words } from '../view-samples.ts'

const at = new Date('2026-02-14T18:42:00Z')
const ID = '0b5f3a52-8d1c-4a4e-9f6a-2f6f0d3b7c11'
const OTHER = '0b5f3a52-8d1c-4a4e-9f6a-2f6f0d3b7c12'

/** The newsletter's pages for readers, in every state. */
export function newsletterViews(words: Words, text: Text): Readonly<Record<string, string>> {
  const frame = { text, newsroomName: words.newsroom }
  const form = { ...frame, email: '', article: null, problems: [], isExpired: false, languages }
  const t = text.newsletter
  return {
    'newsletter-form': newsletterForm(form),
    'newsletter-form-from-article': newsletterForm({ ...form, email: words.email, article: words.url }),
    'newsletter-form-problems': newsletterForm({
      ...form,
      email: words.name,
      problems: [
        { fieldId: 'email', message: t('form.emailProblem') },
        { fieldId: 'agree', message: t('form.consentProblem') },
      ],
    }),
    'newsletter-expired': newsletterForm({ ...form, isExpired: true }),
    'newsletter-sent': lookIntoMailbox(frame),
    'newsletter-confirm': confirmPage({ ...frame, email: words.email, path: '/newsletter/confirm/token' }),
    'newsletter-confirmed': confirmedPage({ ...frame, email: words.email, article: words.url }),
    'newsletter-unsubscribe': unsubscribePage({ ...frame, path: '/newsletter/unsubscribe/token' }),
    'newsletter-unsubscribed': unsubscribedPage(frame),
    'newsletter-unknown-link': unknownLinkPage(frame),
  }
}

/** The newsletter's page for staff, in every state. */
export function newsletterDeskViews(words: Words, frame: FinanceFrame): Readonly<Record<string, string>> {
  const view: NewsletterView = {
    ...frame,
    tool: 'mailchimp',
    counts: {
      subscribed: 1_204,
      waiting: 1,
      unsubscribed: 17,
      bySource: [
        { source: 'element', count: 900 },
        { source: 'checkout', count: 304 },
      ],
    },
    deliveries: { pending: 2, givenUp: 2 },
    subscribers: [
      { id: ID, email: words.email, language: 'de', source: 'element', confirmedAt: at },
      { id: OTHER, email: `b${words.email}`, language: 'en', source: 'thank_you', confirmedAt: at },
    ],
    givenUp: [
      {
        id: 1n,
        email: words.email,
        action: 'subscribe',
        failure: 'address_refused',
        code: 400,
        changedAt: at,
      },
      {
        id: 2n,
        email: words.email,
        action: 'unsubscribe',
        failure: 'unreachable',
        code: null,
        changedAt: at,
      },
    ],
    done: 'sent',
  }
  const empty = { subscribed: 0, waiting: 0, unsubscribed: 0, bySource: [] }
  const none = { pending: 0, givenUp: 0 }
  return {
    'newsletter-desk': deskPage(view),
    'newsletter-desk-auditor': deskPage({ ...view, role: 'auditor', done: null }),
    'newsletter-desk-viewer': deskPage({
      ...view,
      role: 'viewer',
      subscribers: null,
      givenUp: [],
      deliveries: none,
      done: null,
    }),
    'newsletter-desk-empty': deskPage({
      ...view,
      tool: 'export',
      counts: empty,
      subscribers: [],
      givenUp: [],
      deliveries: none,
      done: 'erased',
    }),
  }
}
