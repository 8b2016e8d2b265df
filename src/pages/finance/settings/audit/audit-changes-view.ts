import { html } from 'hono/html'
import type { AuditedState } from '../../../../access/audit/audit-trail.ts'
import { roles } from '../../../../access/role.ts'
import { parseMonth } from '../../../../calendar/month.ts'
import { exportKinds } from '../../../../exports/export-log.ts'
import { journalFormats, journalGrains } from '../../../../exports/files/journal-file.ts'
import { withMarkup, type Html } from '../../../../html/layout.ts'
import { parseCurrency } from '../../../../money/currency.ts'
import { formatMoney, money } from '../../../../money/money.ts'
import { isAccount } from '../../../../reports/books/chart-of-accounts.ts'
import { refundReasons } from '../../../../refunds/refund-request.ts'
import { donorMeasures } from '../../../../reports/donors-above.ts'
import { webhookEventTypes } from '../../../../webhooks/webhook-event.ts'
import {
  accountInWords,
  codeInWords,
  dateAndTime,
  dayName,
  monthName,
  type FinanceFrame,
} from '../../frame/finance-layout-view.ts'
import { kindWords } from '../../months/month-words-view.ts'
import { roleName } from '../access/role-choice-view.ts'
import { eventInWords } from '../webhooks/webhook-fields-view.ts'

type Value = AuditedState[string]
type Changes = {
  readonly act: string
  readonly before: AuditedState | null
  readonly after: AuditedState | null
}

const AMOUNT = /Minor$/

/**
 * What acts name in their states, in the order of the alphabet; `audit.name` of the catalogue has their words. A name that
 * is not here is shown by its parts: "half life" for `halfLife`.
 */
const NAMES = [
  'above',
  'account',
  'acts',
  'amount',
  'amountMinor',
  'apps',
  'attackMode',
  'bankLine',
  'basis',
  'because',
  'by',
  'bytes',
  'campaign',
  'campaignName',
  'cause',
  'characters',
  'codes',
  'counted',
  'currency',
  'description',
  'donors',
  'email',
  'endsOn',
  'events',
  'expiresAt',
  'factor',
  'file',
  'format',
  'from',
  'fund',
  'gifts',
  'hasNote',
  'host',
  'imported',
  'isExplained',
  'items',
  'kind',
  'left',
  'measure',
  'missing',
  'month',
  'monthlyReport',
  'name',
  'newLines',
  'note',
  'object',
  'outcome',
  'passkeys',
  'payout',
  'product',
  'reason',
  'receipt',
  'recovered',
  'refundableMinor',
  'request',
  'role',
  'rows',
  'sessionsEnded',
  'sha256',
  'shared',
  'signOffs',
  'since',
  'source',
  'startsOn',
  'statements',
  'step',
  'story',
  'taxRate',
  'title',
  'to',
  'toAccount',
  'type',
  'until',
  'withDonor',
  'writeOffs',
  'year',
] as const

/** What an act replaced and what it brought about, a line for each thing that it names. */
export function changesList({ act, before, after }: Changes, frame: FinanceFrame): Html | string {
  const { text } = frame
  const [old, fresh] = [before ?? {}, after ?? {}]
  const { shown, shownIn } = valuesOf({ ...old, ...fresh }, act, frame)
  if (shown.length === 0) return '–'
  return html`<ul class="changes">
    ${shown.map((name) => {
      const label = nameInWords(name, frame)
      const isChanged = name in old && name in fresh
      return html`<li>
        ${
          isChanged
            ? withMarkup(text.finance, 'audit.change', {
                name: label,
                before: shownIn(old, name),
                after: shownIn(fresh, name),
              })
            : withMarkup(text.finance, 'audit.value', {
                name: label,
                value: shownIn(name in fresh ? fresh : old, name),
              })
        }
      </li>`
    })}
  </ul>`
}

/** "From: Jan 1, 2026 · To: Mar 31, 2026 · At least: $250.00": everything that one state names, in one line. */
export function statedInWords(state: AuditedState, frame: FinanceFrame): Html {
  const { shown, shownIn } = valuesOf(state, '', frame)
  const values = shown.map((name) =>
    withMarkup(frame.text.finance, 'audit.value', {
      name: nameInWords(name, frame),
      value: shownIn(state, name),
    }),
  )
  return html`${values.map((value, index) => html`${index === 0 ? '' : ' · '}${value}`)}`
}

/** The names come first that say what all others are about; the database keeps no order. */
const LEADING = ['file', 'kind', 'object', 'from', 'to']
const rankOf = (name: string): number => {
  const rank = LEADING.indexOf(name)
  return rank === -1 ? LEADING.length : rank
}

/** Which names of a state are shown, in their order, and how each value reads. */
function valuesOf(state: AuditedState, act: string, frame: FinanceFrame) {
  const names = Object.keys(state)
  const isAmount = (name: string) =>
    AMOUNT.test(name) || name === 'above' || (name === 'amount' && WRITE_OFF.test(act))
  return {
    // An amount is shown with its currency.
    shown: names
      .filter((name) => name !== 'currency' || !names.some(isAmount))
      .toSorted((one, other) => rankOf(one) - rankOf(other)),
    shownIn: (of: AuditedState, name: string) => {
      if (isAmount(name)) return amountOf(of, name, frame)
      // What is chosen from a list has the list's words; every other reason is a sentence that somebody wrote.
      const chosen = act === 'refund_requested' && name === 'reason' ? of[name] : null
      const reason = refundReasons.find((one) => one === chosen)
      return reason
        ? frame.text.finance(`refund.reasons.${reason}`)
        : valueText(name, of[name] ?? null, frame)
    },
  }
}

/** Write-offs name their amount in minor units, too, as the API of write-offs does. */
const WRITE_OFF = /^write_off_|^written_off$/

/** `amountMinor` and `currency` of one state as money. */
function amountOf(state: AuditedState, name: string, frame: FinanceFrame): Html | string {
  const currency = parseCurrency(String(state['currency'] ?? ''))
  const minor = String(state[name] ?? '')
  if (currency === null || !/^-?\d{1,18}$/.test(minor)) return valueText(name, state[name] ?? null, frame)
  return formatMoney(money(BigInt(minor), currency), frame.text.language)
}

/** The catalogue's words; of an account of the books its name, of anything else its parts. */
function nameInWords(name: string, { text }: FinanceFrame): string {
  const known = NAMES.find((one) => one === name)
  if (known) return text.finance(`audit.name.${known}`)
  if (isAccount(name)) return accountInWords(name, text)
  return name
    .replace(AMOUNT, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/
const DAY = /^\d{4}-\d{2}-\d{2}$/
/** A word of a program, such as `broken_off`: no name and no sentence of a person. */
const CODE = /^[a-z]+(_[a-z]+)+$/
/** A UUID, a fingerprint, or an id of Stripe's: to copy, and not to read. */
const ID = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|[a-z]{2,6}_(?=\w*[A-Z0-9])\w+)$/

function valueText(name: string, value: Value, frame: FinanceFrame): Html | string {
  const t = frame.text.finance
  if (value === null) return t('audit.nothing')
  if (typeof value === 'boolean') return t(value ? 'audit.yes' : 'audit.no')
  if (typeof value === 'object') return value.map((one) => wordOf(name, String(one), frame)).join(', ')
  if (typeof value === 'number')
    return name === 'year' ? String(value) : value.toLocaleString(frame.text.language)
  if (INSTANT.test(value)) return dateAndTime(new Date(value), frame)
  if (ID.test(value)) return html`<code class="id">${value}</code>`
  return wordOf(name, value, frame)
}

/** What is chosen for a file; the forms have the same words. */
const OPTIONS: ReadonlySet<string> = new Set(['product', 'by', 'measure'])

/** One value in words, where the service has words for it; what a person wrote stays as it is. */
function wordOf(name: string, value: string, { text }: FinanceFrame): string {
  const t = text.finance
  const role = roles.find((one) => one === value)
  if (name === 'role' && role) return roleName(role, text)
  const file = exportKinds.find((one) => one === value)
  if (name === 'file' && file) return t(`exports.file.${file}.title`)
  const event = webhookEventTypes.find((one) => one === value)
  if (name === 'events' && event) return eventInWords(event, text)
  const month = name === 'month' ? parseMonth(value) : null
  if (month) return monthName(month, text)
  if (name === 'currency') return value.toUpperCase()
  const option = [...journalFormats, ...journalGrains, ...donorMeasures].find((one) => one === value)
  if (OPTIONS.has(name) && option) return t(`exports.option.${option}`)
  if (name === 'basis' && (value === 'booked' || value === 'given')) return t(`gifts.basis.${value}`)
  if (name === 'kind') return kindWords(value, text).title
  if (name === 'toAccount' || name === 'account') return accountInWords(value, text)
  if (DAY.test(value)) return dayName(value, text)
  return CODE.test(value) ? codeInWords(value) : value
}
