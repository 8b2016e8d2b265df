import { html } from 'hono/html'
import type { AuditedState } from '../../../access/audit-trail.ts'
import { withMarkup, type Html } from '../../../html/layout.ts'
import { parseCurrency } from '../../../money/currency.ts'
import { formatMoney, money } from '../../../money/money.ts'
import { dateAndTime, type FinanceFrame } from '../frame/finance-layout-view.ts'

type Value = AuditedState[string]
type Changes = { readonly before: AuditedState | null; readonly after: AuditedState | null }

const AMOUNT = /Minor$/

/** What an act replaced and what it brought about, a line for each thing that it names. */
export function changesList({ before, after }: Changes, frame: FinanceFrame): Html {
  const { text } = frame
  const [old, fresh] = [before ?? {}, after ?? {}]
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])]
  // An amount is shown with its currency.
  const shown = names.filter((name) => name !== 'currency' || !names.some((other) => AMOUNT.test(other)))
  if (shown.length === 0) return html`–`
  const shownIn = (state: AuditedState, name: string) =>
    AMOUNT.test(name) ? amountOf(state, name, frame) : valueText(state[name] ?? null, frame)
  return html`<ul class="changes">
    ${shown.map((name) => {
      const label = nameInWords(name)
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

/** `amountMinor` and `currency` of one state as money. */
function amountOf(state: AuditedState, name: string, frame: FinanceFrame): Html | string {
  const currency = parseCurrency(String(state['currency'] ?? ''))
  const minor = String(state[name] ?? '')
  if (currency === null || !/^-?\d{1,18}$/.test(minor)) return valueText(state[name] ?? null, frame)
  return formatMoney(money(BigInt(minor), currency), frame.text.language)
}

/** `signOffs` → "sign offs", `amountMinor` → "amount". */
function nameInWords(name: string): string {
  return name
    .replace(AMOUNT, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/

function valueText(value: Value, frame: FinanceFrame): Html | string {
  const t = frame.text.finance
  if (value === null) return t('audit.nothing')
  if (typeof value === 'boolean') return t(value ? 'audit.yes' : 'audit.no')
  if (typeof value === 'string' && INSTANT.test(value)) return dateAndTime(new Date(value), frame)
  if (typeof value === 'object') return value.map(String).join(', ')
  return String(value)
}
