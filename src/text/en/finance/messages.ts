/** What donors ask on their own pages. */
export const messagesWords = {
  messages: {
    title: 'Questions of donors',
    lead: 'What donors ask on their own page. Each question also goes to {{email}}; an answer to that e-mail reaches the donor.',
    none: 'No donor has asked anything yet.',
    gift: 'The donor’s gifts',
    erased: 'Erased with the donor.',
    reply: 'Answer by e-mail',
    subject: 'Your question to {{newsroom}}',
    markAnswered: 'Mark as answered',
    waits: 'Waits for an answer',
    answered: 'Marked as answered by {{who}}',
    notFound: 'There is no such question.',
  },
} as const
