// `<reader-goal goal="ID">` on article pages of any site: a bar that shows how far a goal is. It has a script of its own, so
// that pages without a goal load none of it. Until the answer is there, and where there is none, the page's own link remains.

/** What `GET /goals/ID.json` answers. `src/pages/reader/goals/goal-view.ts` writes it; every text is in the reader's language. */
type GoalData = {
  readonly lang: string
  readonly dir: string
  readonly title: string
  readonly sum: string
  readonly percent: number
  readonly percentText: string
  readonly ends: string
  readonly matching: string | null
  readonly give: string
  readonly url: string
}

// Its colours follow the text around: a dark page need not say that it is dark, nor does it follow the reader's system.
const STYLE = `:host{display:block;box-sizing:border-box;--a:var(--reader-goal-accent,#148f78);--t:var(--reader-goal-track,color-mix(in srgb,currentColor 12%,transparent));font:var(--reader-goal-font,1rem/1.45 system-ui,sans-serif)}
*{box-sizing:border-box;margin:0}.t{font-weight:650}.r{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;font-variant-numeric:tabular-nums}
.b{block-size:.75rem;margin-block:.5rem;border-radius:1rem;background:var(--t);overflow:hidden;forced-color-adjust:none}.f{block-size:100%;border-radius:1rem;background:var(--a)}
.q{font-size:.9375em}a{display:inline-block;margin-block-start:.25rem;padding-block:.35rem;color:inherit;font-weight:600}`

function isGoal(value: unknown): value is GoalData {
  return typeof Reflect.get(Object(value), 'percent') === 'number' // one of ours has the other fields, too
}

const source =
  document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : location.href

class ReaderGoal extends HTMLElement {
  connectedCallback(): void {
    if (this.shadowRoot) return
    const id = this.getAttribute('goal') ?? ''
    const lang = this.closest('[lang]')?.getAttribute('lang') ?? ''
    const url = new URL(`goals/${encodeURIComponent(id)}.json?lang=${encodeURIComponent(lang)}`, source)
    void fetch(url, { credentials: 'omit' })
      .then(async (answer): Promise<unknown> => (answer.ok ? await answer.json() : null))
      .then((goal) => (isGoal(goal) ? this.#show(goal) : undefined))
      .catch(() => undefined)
  }

  #show(goal: GoalData): void {
    const root = this.attachShadow({ mode: 'open' })
    const add = (parent: Element, name: string, className: string, text = ''): HTMLElement => {
      const made = document.createElement(name)
      if (className) made.className = className
      made.textContent = text
      parent.append(made)
      return made
    }
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(STYLE)
    root.adoptedStyleSheets = [sheet]
    const box = document.createElement('div')
    box.lang = goal.lang
    box.dir = goal.dir
    add(box, 'p', 't', goal.title).id = 't'
    const bar = add(box, 'div', 'b')
    bar.setAttribute('role', 'progressbar')
    bar.setAttribute('aria-labelledby', 't')
    bar.setAttribute('aria-valuemin', '0')
    bar.setAttribute('aria-valuemax', '100')
    bar.setAttribute('aria-valuenow', String(Math.min(goal.percent, 100)))
    bar.setAttribute('aria-valuetext', goal.sum)
    // A style that a script sets is no inline style to a content security policy.
    add(bar, 'div', 'f').style.inlineSize = `${Math.min(goal.percent, 100)}%`
    const row = add(box, 'p', 'r')
    add(row, 'span', '', goal.sum)
    add(row, 'span', '', goal.percentText)
    if (goal.matching !== null) add(box, 'p', 'q', goal.matching)
    add(box, 'p', 'q', goal.ends)
    add(box, 'a', '', goal.give).setAttribute('href', goal.url)
    root.append(box)
  }
}

if (!customElements.get('reader-goal')) customElements.define('reader-goal', ReaderGoal)
