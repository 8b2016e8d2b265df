/** The page that leads a new newsroom through its set-up. */
export const setUpWords = {
  setUp: {
    title: 'Set up',
    ready: 'Everything is set up.',
    left_one: '{{count}} step is to do.',
    left_other: '{{count}} steps are to do.',
    link: 'Continue the set-up',
    done: 'done',
    toDo: 'to do',
    open: 'Open the page',
    set: 'Whoever runs the service sets',
    variables:
      'Variables are set where the service runs, and a restart applies them. This page never shows a secret.',
    mode: {
      offline: 'Not connected: an offline Stripe stands in, and no money moves',
      test: 'Connected in test mode: no money moves',
      live: 'Connected in live mode: gifts are real',
    },
    step: {
      newsroom: {
        title: 'The newsroom’s details',
        what: 'Name, address and legal status stand on every receipt. A charity outside the United States has a legal paragraph of its own on it, which a lawyer of its country writes.',
      },
      stripe: { title: 'Stripe', what: 'The account that takes the gifts. Begin with a key of test mode.' },
      webhooks: {
        title: 'Events from Stripe',
        what: 'Stripe reports every payment to this service. The first event shows that it arrives.',
      },
      mail: {
        title: 'E-mail',
        what: 'Receipts and sign-in links go out by e-mail. The first one sent shows that it works.',
      },
      sites: { title: 'Your sites', what: 'Article pages of these sites may ask for gifts.' },
      gift: { title: 'A first gift', what: 'Give a small amount yourself, and follow it to its receipt.' },
      staff: {
        title: 'Colleagues and second factors',
        what: 'Two people may sign in, and all who may move money have a second factor.',
      },
      codes: { title: 'Account codes', what: 'Journals for your bookkeeping bear your own codes.' },
    },
  },
} as const
