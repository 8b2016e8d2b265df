import { showAmount } from './amount.ts'
import css from './widget.css'
import type { WidgetWords } from '../widget-words.ts'
import { fill } from './words.ts'

export type FormElements = {
  readonly form: HTMLFormElement
  readonly own: HTMLInputElement
  readonly ownRow: HTMLElement
  readonly problem: HTMLElement
  readonly button: HTMLButtonElement
  readonly status: HTMLElement
}

/** Makes one element at a time: pages with Trusted Types refuse markup given as text. */
function make<Tag extends keyof HTMLElementTagNameMap>(
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

const FREQUENCIES = ['once', 'monthly', 'yearly'] as const

function choice(name: string, value: string, label: string, isChecked: boolean): HTMLLabelElement {
  return make(
    'label',
    { class: 'choice' },
    make('input', { type: 'radio', name, value, ...(isChecked && { checked: '' }) }),
    make('span', {}, label),
  )
}

/** @param locale of the amounts; the words have a language of their own */
export function buildForm(
  amounts: readonly number[],
  currency: string,
  locale: string,
  words: WidgetWords,
): FormElements {
  const own = make('input', {
    id: 'own',
    inputmode: 'decimal',
    autocomplete: 'off',
    maxlength: '30',
    'aria-describedby': 'problem',
  })
  const ownRow = make(
    'div',
    { class: 'own' },
    make('label', { for: 'own' }, fill(words.ownAmount, { currency: currency.toUpperCase() })),
    own,
  )
  const middle = Math.ceil(amounts.length / 2) - 1
  const hasNoAmounts = amounts.length === 0
  const problem = make('p', { id: 'problem', role: 'alert' })
  const choices = make(
    'div',
    { class: 'choices' },
    ...amounts.map((minor, index) =>
      choice('amount', String(minor), showAmount(minor, currency, locale), index === middle),
    ),
    choice('amount', 'own', words.other, hasNoAmounts),
  )
  choices.hidden = hasNoAmounts
  const frequencies = make(
    'div',
    { class: 'choices', role: 'radiogroup', 'aria-label': words.howOften },
    ...FREQUENCIES.map((frequency) => choice('frequency', frequency, words[frequency], frequency === 'once')),
  )
  const button = make('button', { type: 'submit' })
  const status = make('p', { role: 'status' })
  const form = make(
    'form',
    { lang: words.lang, novalidate: '' },
    make(
      'fieldset',
      { 'aria-describedby': 'problem' },
      make('legend', {}, words.chooseAmount),
      choices,
      ownRow,
      problem,
      frequencies,
    ),
    button,
    status,
  )
  return { form, own, ownRow, problem, button, status }
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
