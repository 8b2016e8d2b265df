import { showAmount } from './amount.ts'
import css from './widget.css'

export type FormParts = {
  readonly form: HTMLFormElement
  readonly own: HTMLInputElement
  readonly ownRow: HTMLElement
  readonly problem: HTMLElement
  readonly button: HTMLButtonElement
  readonly status: HTMLElement
}

/** Elements are made one by one: pages with Trusted Types refuse markup given as text. */
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

export function link(href: string, words: string): HTMLAnchorElement {
  return make('a', { href }, words)
}

// Shown as they are posted, with a capital by the stylesheet: the bundle travels with every article.
const FREQUENCIES = ['once', 'monthly', 'yearly']

function choice(name: string, value: string, words: string): HTMLLabelElement {
  return make(
    'label',
    { class: 'choice' },
    make('input', { type: 'radio', name, value, ...(value === 'once' && { checked: '' }) }),
    make('span', {}, words),
  )
}

export function buildForm(amounts: readonly number[], currency: string, locale: string): FormParts {
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
    make('label', { for: 'own' }, `Your own amount in ${currency.toUpperCase()}`),
    own,
  )
  const problem = make('p', { id: 'problem', role: 'alert' })
  const choices = make(
    'div',
    { class: 'choices' },
    ...amounts.map((minor) => choice('amount', String(minor), showAmount(minor, currency, locale))),
    choice('amount', 'own', 'Other'),
  )
  choices.hidden = amounts.length === 0
  const often = make(
    'div',
    { class: 'choices', role: 'radiogroup', 'aria-label': 'How often' },
    ...FREQUENCIES.map((how) => choice('frequency', how, how)),
  )
  const button = make('button', { type: 'submit' })
  const status = make('p', { role: 'status' })
  const form = make(
    'form',
    { lang: 'en', novalidate: '' },
    make(
      'fieldset',
      { 'aria-describedby': 'problem' },
      make('legend', {}, 'Choose an amount'),
      choices,
      ownRow,
      problem,
      often,
    ),
    button,
    status,
  )
  const suggested = form.querySelectorAll<HTMLInputElement>('[name=amount]')
  const middle = suggested[Math.floor((amounts.length - 1) / 2)] ?? suggested[suggested.length - 1]
  if (middle) middle.checked = true
  return { form, own, ownRow, problem, button, status }
}

/** A constructed stylesheet needs no permission from the page's policy; old browsers get a style element. */
export function addStyles(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } catch {
    root.append(make('style', {}, css))
  }
}
