import type { WidgetData } from './data.ts'
import { addStyles, make } from './form.ts'

/**
 * Puts the form into the element: as it is, behind a button that opens it in a dialog, or as a card with a heading, which
 * the page may replace by content of its own: `<div slot="intro">…</div>`.
 */
export function frame(element: HTMLElement, form: HTMLFormElement, data: WidgetData): void {
  const { words, lang, dir } = data
  const variant = element.getAttribute('variant')
  const panel = make('div', { class: 'panel', lang, dir }, form)
  const shown: HTMLElement[] = [panel]
  if (variant === 'card') {
    const intro = make(
      'slot',
      { name: 'intro' },
      make('strong', {}, words.heading),
      make('p', {}, words.intro),
    )
    panel.prepend(make('div', { class: 'intro' }, intro))
  }
  const dialog = make('dialog', { 'aria-label': words.heading })
  if (variant === 'button' && typeof dialog.showModal === 'function') {
    const close = make('button', { type: 'button', class: 'close', 'aria-label': words.close }, '×')
    const open = make('button', { type: 'button' }, element.getAttribute('verb') ?? words.open)
    dialog.append(close, panel)
    open.addEventListener('click', () => dialog.showModal())
    close.addEventListener('click', () => dialog.close())
    // A click beside the panel is one on the dialog itself.
    dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close())
    shown.splice(0, 1, make('div', { class: 'opener', lang, dir }, open), dialog)
  }
  const around = make('div', { class: 'around' }, ...shown)
  const recolour = () => around.classList.toggle('dark', isDark(element))
  recolour()
  matchMedia('(prefers-color-scheme: dark)').addEventListener?.('change', recolour)
  // A page with a switch of its own says so at its root.
  new MutationObserver(recolour).observe(document.documentElement, { attributes: true })
  const root = element.attachShadow({ mode: 'open' })
  addStyles(root)
  root.append(around)
}

/** Whether the page is dark behind the element, whatever the reader's system prefers: a page need not follow it. */
function isDark(element: HTMLElement): boolean {
  const theme = element.getAttribute('theme')
  if (theme === 'light' || theme === 'dark') return theme === 'dark'
  for (let at: Element | null = element; at; at = at.parentElement) {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (
      getComputedStyle(at).backgroundColor.match(/^rgba?\((.*)\)/)?.[1] ?? '0,0,0,0'
    )
      .split(/[\s,/]+/)
      .map(Number)
    if (alpha > 0.5) return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 110
  }
  // Nothing is painted, so it is the browser's own ground, which follows the page's colour scheme.
  return (
    getComputedStyle(document.documentElement).colorScheme.includes('dark') &&
    matchMedia('(prefers-color-scheme: dark)').matches
  )
}
