/** What a donor may write after paying, and the public list of supporters. */
export const supporters = {
  /** What a donor agrees to, beside the box. It is kept with the entry, word for word. */
  consent:
    'Yes, {{newsroom}} may show this on its public list of supporters. I can take it back at any time on the page of my gifts.',
  word: {
    heading: 'A word to {{newsroom}}',
    lead: 'The people who make {{newsroom}} read it.',
    message: 'Your message',
    name: 'First name, as the list shows it',
    nameHint: 'Leave it empty to appear as “Anonymous”.',
    town: 'Town',
    optional: 'optional',
    anonymousHint: 'You asked to stay out of lists by name, so you appear as “Anonymous”.',
    send: 'Send',
    sent: 'Thank you. We have it.',
    sentHint: 'It appears on the list once somebody from the newsroom has approved it.',
  },
  list: {
    title: 'They support {{newsroom}}',
    none: 'Nobody is on the list yet.',
    anonymous: 'Anonymous',
    nameOfTown: '{{name}} from {{town}}',
    give: 'Support {{newsroom}}',
  },
  my: {
    heading: 'List of supporters',
    since: 'You agreed on {{date}} to appear on the public list of supporters.',
    withdraw: 'Take me off the list',
    withdrawn: 'You are off the list of supporters.',
  },
} as const
