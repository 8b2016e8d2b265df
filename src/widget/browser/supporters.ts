// `<reader-supporters>` on article pages of any site: the newsroom's list of supporters. It has a script of its own, so that
// pages without the list load none of it. Until the answer is there, and where there is none, the page's own link remains.

/** What `GET /supporters.json` answers. `src/pages/reader/supporters/supporters-view.ts` writes it. */
type SupportersData = {
  readonly lang: string
  readonly dir: string
  readonly title: string
  readonly none: string | null
  readonly supporters: readonly { readonly name: string; readonly message: string | null }[]
  readonly give: string
  readonly url: string
}

// Its colours follow the text around: a dark page need not say that it is dark, nor does it follow the reader's system.
const LIST_STYLE = `:host{display:block;box-sizing:border-box;font:var(--reader-supporters-font,1rem/1.45 system-ui,sans-serif);overflow-wrap:anywhere}
*{box-sizing:border-box;margin:0}.t,.n{font-weight:650}ul{padding:0;list-style:none}li{padding-block:.5rem}.m{white-space:pre-line}a{display:inline-block;padding-block:.35rem;color:var(--reader-supporters-accent,inherit);font-weight:600}`

function isList(value: unknown): value is SupportersData {
  return Array.isArray(Reflect.get(Object(value), 'supporters')) // one of ours has the other fields, too
}

const listSource =
  document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : location.href

class ReaderSupporters extends HTMLElement {
  connectedCallback(): void {
    if (this.shadowRoot) return
    const lang = this.closest('[lang]')?.getAttribute('lang') ?? ''
    const url = new URL(`supporters.json?lang=${encodeURIComponent(lang)}`, listSource)
    void fetch(url, { credentials: 'omit' })
      .then(async (answer): Promise<unknown> => (answer.ok ? await answer.json() : null))
      .then((list) => (isList(list) ? this.#show(list) : undefined))
      .catch(() => undefined)
  }

  #show(list: SupportersData): void {
    const root = this.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(LIST_STYLE)
    root.adoptedStyleSheets = [sheet]
    const box = document.createElement('div')
    box.lang = list.lang
    box.dir = list.dir
    // Names and messages are readers' own: they are only ever text.
    const add = (parent: Element, name: string, className: string, text = ''): HTMLElement => {
      const made = document.createElement(name)
      if (className) made.className = className
      made.textContent = text
      parent.append(made)
      return made
    }
    add(box, 'p', 't', list.title)
    if (list.none !== null) add(box, 'p', '', list.none)
    const items = add(box, 'ul', '')
    for (const { name, message } of list.supporters) {
      const item = add(items, 'li', '')
      add(item, 'p', 'n', name).dir = 'auto'
      if (message !== null) add(item, 'p', 'm', message).dir = 'auto'
    }
    add(box, 'a', '', list.give).setAttribute('href', list.url)
    root.append(box)
  }
}

if (!customElements.get('reader-supporters')) customElements.define('reader-supporters', ReaderSupporters)
