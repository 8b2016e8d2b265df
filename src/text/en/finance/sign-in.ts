/** How staff sign in. */
export const signInWords = {
  signIn: {
    title: 'Sign in to finance',
    forStaff: 'For staff. We send you a link instead of asking for a password.',
    email: 'E-mail address',
    emailProblem: 'Write your e-mail address, like you@news.example.',
    send: 'Send me a link',
    withProvider: 'Sign in with {{name}}',
    sentTitle: 'Look into your mailbox',
    sent: 'If the address is known, a link is on its way.',
    sentHint:
      'It works once and for {{minutes}} minutes. Nothing came? Look among the unwanted e-mail, or ask for another. If you ask often, we send one e-mail every five minutes; the link of the latest one works.',
    askAgain: 'Ask for another link',
    confirmTitle: 'Confirm sign-in',
    confirm: 'You are about to sign in to the finance pages of {{newsroom}} in this browser.',
    signIn: 'Sign in',
    unasked: 'You did not ask for this? Then close the page. Nothing has happened.',
    spentTitle: 'This link no longer works',
    spent: 'Each link works once and for a short time. If you asked more than once, take the latest e-mail.',
    askNew: 'Ask for a new link',
    notIn: 'You could not be signed in',
    notInLead: 'The sign-in with {{name}} did not lead to an account here.',
    notInHint: 'Try once more. If it happens again, ask an administrator whether you may sign in.',
    toSignIn: 'Back to the sign-in',
  },
} as const
