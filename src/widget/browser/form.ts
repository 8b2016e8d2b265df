import type { WidgetData } from './data.ts'
import { currencyMarks, showAmount } from './amount.ts'
import css from './widget.css'
import { fill } from './words.ts'

export type FormElements = {
  readonly form: HTMLFormElement
  readonly fieldset: HTMLFieldSetElement
  readonly own: HTMLInputElement
  readonly other: HTMLElement
  readonly ownRow: HTMLElement
  readonly problem: HTMLElement
  readonly fee: HTMLElement
  readonly feeWords: HTMLElement
  readonly newsletter: HTMLElement
  readonly button: HTMLButtonElement
  readonly status: HTMLElement
  readonly trust: Text
}

/** Makes one element at a time: pages with Trusted Types refuse markup given as text. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

/** In a frame it leads the whole page away: Stripe's page refuses to be framed. */
export function link(href: string, label: string): HTMLAnchorElement {
  return make('a', { href, target: '_top' }, label)
}

/** A radio button whose label is all that one sees of it. */
function choice(
  name: string,
  value: string,
  label: string,
  isChecked: boolean,
  kind: 'tile' | 'segment',
): HTMLLabelElement {
  return make(
    'label',
    { class: kind },
    make('input', { type: 'radio', name, value, ...(isChecked && { checked: '' }) }),
    // The widest amounts, in dong or rupiah, need their tile's whole width.
    make('span', label.length > 7 ? { class: 'long' } : {}, label),
  )
}

/** A check box that is never ticked beforehand. */
function box(name: string, label: HTMLElement): HTMLLabelElement {
  return make('label', { class: 'box' }, make('input', { type: 'checkbox', name }), label)
}

/**
 * @param amounts in minor units
 * @param first what is chosen before the reader chooses; an amount that is not among `amounts` stands in the own field
 * @param locale of the amounts; the words have a language of their own
 */
export function buildForm(
  amounts: readonly number[],
  { words, currency, frequencies, lang, dir, newsletter: consent }: WidgetData,
  first: { readonly amount: number | undefined; readonly frequency: string | undefined },
  locale: string,
): FormElements {
  const own = make('input', {
    id: 'own',
    inputmode: 'decimal',
    autocomplete: 'off',
    maxlength: '60',
    'aria-label': fill(words.ownAmount, { currency: currency.code.toUpperCase() }),
    'aria-describedby': 'problem',
  })
  const [before, behind] = currencyMarks(currency, locale)
  const mark = (text: string) => (text ? [make('span', { 'aria-hidden': 'true' }, text)] : [])
  const ownRow = make('div', { class: 'own' }, ...mark(before), own, ...mark(behind))
  const chosen = first.amount ?? amounts[Math.ceil(amounts.length / 2) - 1]
  const isOwn = chosen === undefined || !amounts.includes(chosen)
  // The last row's free cells belong to the own amount.
  const span = String(3 - (amounts.length % 3))
  const otherTile = choice('amount', 'own', words.other, isOwn, 'tile')
  const other = make('div', { class: 'other', 'data-span': span }, otherTile, ownRow)
  const tiles = make(
    'div',
    { class: 'tiles', role: 'radiogroup', 'aria-label': words.chooseAmount, 'aria-describedby': 'problem' },
    ...amounts.map((minor) =>
      choice('amount', String(minor), showAmount(minor, currency, locale), minor === chosen, 'tile'),
    ),
    other,
  )
  const [usual] = frequencies
  const frequency = frequencies.find((one) => one === first.frequency) ?? usual
  const segments = make(
    'div',
    { class: 'segments', role: 'radiogroup', 'aria-label': words.howOften },
    ...frequencies.map((one) => choice('frequency', one, words[one], one === frequency, 'segment')),
  )
  segments.hidden = frequencies.length < 2
  const feeWords = make('span')
  const fee = box('cover', feeWords)
  fee.hidden = currency.feeRate === null
  const newsletter = box('newsletter', make('span', {}, consent))
  newsletter.hidden = !consent
  const problem = make('p', { id: 'problem', role: 'alert' })
  const button = make('button', { type: 'submit' })
  const status = make('p', { role: 'status' })
  const trust = new Text()
  const fine = make('p', { class: 'fine' }, trust, make('br'), words.tax)
  const fieldset = make('fieldset', {}, segments, tiles, problem, fee, newsletter)
  const form = make('form', { lang, dir, novalidate: '' }, fieldset, button, status, fine)
  return { form, fieldset, own, other, ownRow, problem, fee, feeWords, newsletter, button, status, trust }
}

/** A constructed stylesheet needs no permission from the page's policy; older browsers get a style element. */
export function addStyles(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } catch {
    root.append(make('style', {}, css))
  }
}
