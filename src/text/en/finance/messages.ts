/** What donors write to the newsroom, and the entries of the list of supporters. */
export const messagesWords = {
  messages: {
    title: 'Messages of donors',
    lead: {
      at_once:
        'What donors write with a gift, after it, or as a question on their own page. Each message also goes to {{email}}; an answer to that e-mail reaches the donor.',
      daily:
        'What donors write with a gift, after it, or as a question on their own page. All messages of a day also go to {{email}} in one e-mail after midnight.',
      off: 'What donors write with a gift, after it, or as a question on their own page. None of it goes to {{email}}, because MESSAGE_MAIL is off.',
    },
    none: 'No donor has written anything yet.',
    gift: 'The donor’s gifts',
    erased: 'Erased with the donor.',
    reply: 'Answer by e-mail',
    subject: 'Your question to {{newsroom}}',
    markAnswered: 'Mark as answered',
    waits: 'Waits for an answer',
    answered: 'Marked as answered by {{who}}',
    messages: 'Messages',
    source: {
      my: 'Question on the donor’s own page',
      gift: 'With the gift',
      thank_you: 'After the gift',
    },
    supporters: 'List of supporters',
    supportersLead:
      'These donors agreed to appear on the public list. Nothing appears before it is approved here; a donor can withdraw at any time.',
    toList: 'See the list',
    noEntries: 'No donor has agreed to appear yet.',
    anonymous: 'Anonymous',
    nameOfTown: '{{name}}, {{town}}',
    undecided: 'Waits for a decision',
    decision: {
      approved: 'Approved by {{who}}',
      hidden: 'Hidden by {{who}}',
    },
    approve: 'Approve',
    hide: 'Hide',
    noEntry: 'There is no such entry, or the donor has withdrawn it.',
    notFound: 'There is no such question.',
  },
} as const
