/** Mail that did not arrive. */
export const mailWords = {
  /** Mails that were given up. */
  mail: {
    title: 'E-mail that was not delivered',
    none: 'Every e-mail was delivered or is on its way.',
    fold: 'Send it again, or leave it unsent',
    whatToDo:
      'We have stopped trying to send these. Correct the address if it is wrong and send the e-mail again, or leave it unsent.',
    first: 'The first {{shown}} of {{count}}.',
    about: 'Receipt {{number}}: {{amount}} from {{donor}}',
    givenUp: 'Given up on',
    failure: {
      no_such_address: 'The reader’s mail server says that this address does not exist.',
      address_unusable: 'No e-mail can be sent to this address: it is not written like one.',
      mailbox_full: 'The reader’s mailbox stayed full for days.',
      sending_limit: 'Our mail server’s limit for sending was reached for days.',
      refused_by_policy:
        'The mail server refused the e-mail for days, as it does with unwanted e-mail or a blocked sender.',
      server_unreachable: 'The mail server could not be reached for days.',
      server_sign_in_refused: 'Our mail server did not accept our password for days.',
      number_not_backed_up: 'The receipt’s number could not be backed up at Stripe.',
      nobody_to_write_to: 'There is no address to write to.',
      other: 'The mail server did not take the e-mail.',
    },
    email: 'E-mail address of the reader',
    recurringHint:
      'This is a regular gift. Stripe keeps the address for the gifts to come: correct it there, too, on the customer’s page.',
    emailProblem: 'Write the reader’s e-mail address, like ada@mail.example.',
    sendAgain: 'Send again',
    leave: 'Leave it unsent',
    done: {
      sent: 'The e-mail is on its way. If it fails again, it comes back to this page.',
      left: 'The e-mail stays unsent. The donation’s history says who decided so.',
    },
    notValid: 'The form is not valid.',
    notFound: 'There is no such e-mail.',
  },
} as const
