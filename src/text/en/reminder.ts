/** The one reminder of a gift that was not finished, for readers who ask for it. */
export const reminder = {
  /** What a reader agrees to, beside the box. It is kept word for word. */
  consent: 'Yes, {{newsroom}} may remind me once by e-mail if I do not finish this gift.',
  form: {
    offer: 'Remind me if I do not finish',
    email: 'Your e-mail address for the reminder',
    problem: 'Write your e-mail address, like name@example.org, or untick the reminder.',
  },
  mail: {
    subject: 'Your gift to {{newsroom}} is not finished',
    lead: 'You began a gift to {{newsroom}} and asked us to remind you once if you did not finish it. Nothing was charged. Your choice is still filled in:',
    button: 'Go on with my gift',
    once: 'This is the only reminder.',
    stop: 'Do not remind me',
  },
  stop: {
    title: 'Reminders of unfinished gifts',
    ask: 'You will not be reminded again of a gift that you did not finish.',
    button: 'Do not remind me',
    doneTitle: 'That is settled',
    done: 'You will not be reminded. Thank you for reading.',
    unknown: 'This link is not complete. Please open it from the e-mail.',
    give: 'Support {{newsroom}}',
  },
} as const
