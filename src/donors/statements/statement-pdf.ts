import { giftKind } from '../../newsroom/gift-kind.ts'
import { originalStatement, statementIn } from '../../newsroom/profile.ts'
import { addText, beginDocument, endDocument, newPageUnless, SIZE_PT } from '../../pdf/document.ts'
import { canDraw } from '../../pdf/lines.ts'
import { addLetterhead } from '../../pdf/logo.ts'
import type { PrintedOn } from '../../pdf/paper.ts'
import { addTable } from '../../pdf/table.ts'
import { dayInWords } from '../../receipts/receipt.ts'
import type { Text } from '../../text/text.ts'
import { statementAmount, sumsOf, type Statement } from './statement.ts'

/** Its two dates fit one line in most languages. */
const TITLE_PT = 17
const WIDTHS = [0.22, 0.24, 0.18, 0.18, 0.18] as const

/** A donor's statement of a year as a PDF for people and for screen readers (PDF/UA). */
export async function statementPdf(
  statement: Statement,
  text: Text,
  { paper, logo }: PrintedOn = { paper: 'a4', logo: null },
): Promise<Buffer> {
  const t = text.statement
  const { profile, gifts, from, to, donorName, madeAt } = statement
  const days = { from: dayInWords(from, text, 'medium'), to: dayInWords(to, text, 'medium') }
  const title = t('title', { ...days, context: giftKind(profile.legalStatus) })
  const made = beginDocument(title, { author: profile.name, text, madeAt, paper })
  const { doc } = made

  addLetterhead(made, profile.name, logo)
  doc.y += SIZE_PT.title
  addText(made, 'H1', title, { size: TITLE_PT, weight: 700 })
  if (donorName !== null)
    addText(made, 'P', t('for', { name: donorName }), { size: SIZE_PT.text, weight: 700 })
  doc.y += SIZE_PT.text

  const amount = (minor: bigint, currency: string) => statementAmount(minor, currency, text.locale)
  const headings = [t('date'), t('receipt'), t('given'), t('returned'), t('remains')]
  addTable(made, {
    headings,
    widths: WIDTHS,
    endsFrom: 2,
    rows: gifts.map(({ givenOn, receipt, currency, grossMinor, returnedMinor, isImported }) => [
      dayInWords(givenOn, text, 'medium'),
      receipt ?? t(isImported ? 'earlierReceipt' : 'noReceipt'),
      amount(grossMinor, currency),
      returnedMinor === 0n ? '–' : amount(returnedMinor, currency),
      amount(grossMinor - returnedMinor, currency),
    ]),
  })
  doc.y += SIZE_PT.text
  for (const { currency, gross, returned, remains, fees } of sumsOf(gifts)) {
    const sums = {
      gross: amount(gross, currency),
      returned: amount(returned, currency),
      remains: amount(remains, currency),
    }
    const words = t(returned === 0n ? 'sum' : 'sumLessReturned', sums)
    addText(made, 'P', words, { size: SIZE_PT.text, weight: 700 })
    if (fees > 0n) addText(made, 'P', t('fees', { fee: amount(fees, currency) }), { size: SIZE_PT.text })
  }
  doc.y += SIZE_PT.text
  addText(made, 'P', statementIn(profile, text), { size: SIZE_PT.text })
  const original = originalStatement(profile, text)
  if (original !== null) addText(made, 'P', original, { size: SIZE_PT.small, direction: 'ltr', lang: 'en' })
  addText(made, 'P', t('receiptsHold'), { size: SIZE_PT.small })
  if (gifts.some(({ isImported }) => isImported))
    addText(made, 'P', t('earlierReceipts'), { size: SIZE_PT.small })
  doc.y += SIZE_PT.text
  newPageUnless(doc, SIZE_PT.small * 8)
  for (const line of [profile.name, profile.address.split(/\s*\n\s*/).join(', ')])
    addText(made, 'P', line, { size: SIZE_PT.small })
  addText(made, 'P', t('questions', { email: profile.email }), { size: SIZE_PT.small })
  if (donorName !== null && !canDraw(donorName))
    addText(made, 'P', text.receipt('cannotDraw'), { size: SIZE_PT.small })
  return endDocument(made)
}
