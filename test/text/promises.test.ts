import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { en } from '../../src/text/en/en.ts'
import { messagesOf } from './words-of-languages.ts'

/**
 * What readers are promised, and the test that holds us to it. A sentence that sounds like a promise and has no row here fails;
 * so does a row whose test is gone.
 */
const PROMISE =
  /[Nn]othing (was|has been|is|more will be|more is) charged|any time|\bnever\b|is lost|receipt .*(comes|come) by e-mail|We also send|shows no|remind me once|only (then|after) |all of your gift|for every payment|We confirm it|You keep the receipts|will be charged|is taken (then|every)/

const flow = (file: string, name: string) => [`test/flows/${file}.test.ts`, name] as const
const page = (file: string, name: string) => [`test/pages/reader/${file}.test.ts`, name] as const
const widget = (file: string, name: string) => [`test/widget/${file}.test.ts`, name] as const

const BACK = widget('widget-look', 'says what became of a gift that is %s when the reader is back')
const STRIPE_AWAY = page('donate-routes', 'shows the form with all that was typed while Stripe is away')
const MAILED_ONCE = flow('giving/card-gift', 'mails the receipt once')
const EACH_PAYMENT = flow('recurring/recurring-mails', 'says of each payment whether it is a renewal')
const STOPPED = flow('recurring/recurring-mails', 'stops at the end of the paid period by the link in a mail')
const PAUSED = flow('recurring/recurring-changes', 'charges nothing while it is paused')
const CONFIRMED = flow(
  'after-the-gift/newsletter',
  'takes effect only when the button behind the mailed link is pressed',
)
const TERMS = page('thank-you-routes', 'is shown with its rhythm, the next date and how to stop')

const TESTS: Readonly<Record<string, readonly (readonly [file: string, name: string])[]>> = {
  'reader.gift.promise': [EACH_PAYMENT, STOPPED],
  'reader.donate.recurs': [
    page('donate-routes', 'says when a recurring gift is charged next and how it is stopped'),
    widget('widget-look', 'says before paying when a recurring gift is charged next'),
    STOPPED,
  ],
  'reader.donate.backFrom': [
    page('donate-routes', 'shows the form as it was filled in for a checkout that was not paid'),
  ],
  'reader.donate.currencyChanged': [
    flow('giving/giving-in-browser', 'charges what the form showed after another currency was chosen'),
  ],
  'reader.donate.howYouPay': [MAILED_ONCE, EACH_PAYMENT],
  'reader.donate.problem.notNow': [STRIPE_AWAY],
  'reader.donate.problem.offline': [
    flow('giving/giving-in-browser', 'keeps the form while the reader is offline'),
  ],
  'reader.donate.problem.tooMany': [
    page('donate-routes', 'shows it to a reader who has tried too often, too'),
  ],
  'reader.challenge.why': [
    flow('protection/card-testing', 'a reader without scripts waits some seconds, loses nothing'),
  ],
  'reader.protection': [
    flow('protection/card-testing', 'stops all giving at once and leaves the rest up'),
    flow('protection/card-testing', 'a program is refused, and a reader’s browser answers'),
  ],
  'reader.thankYou.succeeded.coveredFee': [
    flow('giving/covered-fees', 'shows the reader and finance what covers the fee'),
  ],
  'reader.thankYou.succeeded.receipt': [MAILED_ONCE],
  'reader.thankYou.recurring': [TERMS, STOPPED],
  'reader.thankYou.monthly.terms': [
    flow('giving/giving-in-browser', 'makes a single gift monthly by one press that leads to payment'),
  ],
  'reader.thankYou.processing.takesDays': [
    flow('giving/bank-debit', 'books a bank debit when the bank pays'),
  ],
  'reader.thankYou.confirmed.takesLonger': [MAILED_ONCE],
  'reader.thankYou.unsure': [
    MAILED_ONCE,
    flow(
      'giving/giving-in-browser',
      'leads a second tab to the thank-you page once the gift is paid in the first',
    ),
  ],
  'reader.thankYou.open.nothingCharged': [
    page('thank-you-routes', 'leads a reader who has not paid back to the payment page'),
  ],
  'reader.thankYou.cancelled': [STOPPED],
  'reader.thankYou.expired.closed': [flow('giving/not-given', 'expires the checkout after an hour')],
  'reader.thankYou.unknown.receiptByMail': [MAILED_ONCE],
  'reader.verify.privacy': [
    page(
      'verify-receipt-routes',
      'says that a receipt is genuine and valid, with its date and amount, and nothing about its donor',
    ),
  ],
  'widget.unreachable': [widget('widget-look', 'freezes while it waits, and leads to the donate page')],
  'widget.refused': [widget('widget-look', 'shows the service’s refusal with a way on')],
  'widget.notPaid': [BACK],
  'recurring.receipt.stop': [EACH_PAYMENT, STOPPED],
  'recurring.page.afterStop': [STOPPED],
  'recurring.page.stopped': [STOPPED],
  'recurring.page.pause': [PAUSED],
  'reminder.consent': [flow('giving/checkout-reminder', 'goes out once, after the payment page has closed')],
  'reminder.mail.lead': [
    flow('giving/checkout-reminder', 'goes out once, after the payment page has closed'),
  ],
  'supporters.consent': [flow('after-the-gift/supporters', 'shows who agreed once staff have approved it')],
  'newsletter.consent': [flow('after-the-gift/newsletter', 'ends by one press in a mail program')],
  'newsletter.form.how': [CONFIRMED],
  'newsletter.sent.lead': [CONFIRMED],
}

const { reader, recurring, reminder, supporters, newsletter } = en
const { receipt, page: recurringPage } = recurring
const shown = {
  reader,
  widget: en.widget,
  recurring: { receipt, page: recurringPage },
  reminder,
  supporters,
  newsletter,
}
const promises = [...messagesOf(shown)].filter(([, message]) => PROMISE.test(message)).map(([key]) => key)
const isOf = (key: string, row: string) => key.startsWith(row)

test('every sentence that promises something to a reader has a test that it is kept', () => {
  expect(promises.filter((key) => !Object.keys(TESTS).some((row) => isOf(key, row)))).toEqual([])
  expect(Object.keys(TESTS).filter((row) => !promises.some((key) => isOf(key, row)))).toEqual([])
  expect(promises.length).toBeGreaterThan(40)
})

test.each(Object.entries(TESTS))('the tests of %s are there', (_promise, tests) => {
  const missing = tests.filter(
    ([file, name]) =>
      !existsSync(file) ||
      !readFileSync(file, 'utf8')
        .split('\n')
        .some((line) => /\b(it|test)\b|^\s*'|^\s*\[|describe/.test(line) && line.includes(name)),
  )
  expect(missing).toEqual([])
})
