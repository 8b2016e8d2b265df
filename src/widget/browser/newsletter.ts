// `<reader-newsletter>` on article pages of any site of the newsroom: the form of the newsletter. It has a script of its own, so
// that pages without it load none of it. Until its words are there, and where there are none, the page's own link remains.

/** What `GET /newsletter.json` answers: the words in the reader's language. `src/widget/newsletter-script-routes.ts` writes it. */
type NewsletterWords = Readonly<
  Record<
    | 'lang'
    | 'dir'
    | 'title'
    | 'email'
    | 'consent'
    | 'subscribe'
    | 'how'
    | 'sentTitle'
    | 'sent'
    | 'emailProblem'
    | 'consentProblem'
    | 'failed'
    | 'tooMany',
    string
  >
>

// Its colours follow the text around: a dark page need not say that it is dark, nor does it follow the reader's system.
const NEWSLETTER_STYLE = `:host{display:block;--a:var(--reader-newsletter-accent,#12816c);--o:var(--reader-newsletter-on-accent,#fff);font:var(--reader-newsletter-font,1rem/1.45 system-ui,sans-serif)}
*{box-sizing:border-box;margin:0;font:inherit}form,div{display:grid;gap:.75rem;max-inline-size:32rem}h2{font-weight:650;font-size:1.125em}label{display:block;font-weight:600}
.e{inline-size:100%;min-block-size:3rem;margin-block-start:.25rem;padding:.5rem .75rem;border:1px solid color-mix(in srgb,currentColor 70%,transparent);border-radius:.5rem;background:none;color:inherit}
.c{display:flex;gap:.625rem;font-weight:400;font-size:.9375em}.c input{flex:none;inline-size:1.375rem;block-size:1.375rem;accent-color:var(--a)}
button{min-block-size:3rem;padding:.5rem 1.25rem;border:0;border-radius:.5rem;background:var(--a);color:var(--o);font-weight:650;cursor:pointer}button:focus-visible,input:focus-visible{outline:3px solid;outline-offset:2px}
.q{font-size:.875em;opacity:.85}.p{padding-inline-start:.625rem;border-inline-start:4px solid #e0484d;font-weight:600}.p:empty{display:none}`

function areWords(value: unknown): value is NewsletterWords {
  return typeof Reflect.get(Object(value), 'consent') === 'string' // one of ours has the other fields, too
}

const newsletterSource =
  document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : location.href

class ReaderNewsletter extends HTMLElement {
  connectedCallback(): void {
    if (this.shadowRoot) return
    const lang = this.closest('[lang]')?.getAttribute('lang') ?? ''
    void fetch(new URL(`newsletter.json?lang=${encodeURIComponent(lang)}`, newsletterSource), {
      credentials: 'omit',
    })
      .then(async (answer): Promise<unknown> => (answer.ok ? await answer.json() : null))
      .then((words) => (areWords(words) ? this.#show(words) : undefined))
      .catch(() => undefined)
  }

  #show(words: NewsletterWords): void {
    const root = this.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(NEWSLETTER_STYLE)
    root.adoptedStyleSheets = [sheet]
    const make = <Tag extends keyof HTMLElementTagNameMap>(
      tag: Tag,
      attributes: Readonly<Record<string, string>>,
      ...children: (Node | string)[]
    ): HTMLElementTagNameMap[Tag] => {
      const made = document.createElement(tag)
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
      made.append(...children)
      return made
    }
    const { lang, dir } = words
    const email = make('input', {
      class: 'e',
      id: 'e',
      type: 'email',
      autocomplete: 'email',
      dir: 'ltr',
      required: '',
      maxlength: '254',
      'aria-describedby': 'p',
    })
    const box = make('input', { type: 'checkbox', required: '', 'aria-describedby': 'p' })
    const problem = make('p', { id: 'p', class: 'p', role: 'alert' })
    const button = make('button', {}, words.subscribe)
    const form = make(
      'form',
      { lang, dir, novalidate: '' },
      make('h2', {}, words.title),
      make('label', { for: 'e' }, words.email, email),
      make('label', { class: 'c' }, box, make('span', {}, words.consent)),
      problem,
      button,
      make('p', { class: 'q' }, words.how),
    )
    const say = (message: string, at?: HTMLElement) => {
      problem.textContent = message
      at?.focus()
    }
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      say('')
      const address = email.value.trim()
      email.setAttribute('aria-invalid', String(!email.checkValidity()))
      box.setAttribute('aria-invalid', String(!box.checked))
      if (address === '' || !email.checkValidity()) return say(words.emailProblem, email)
      if (!box.checked) return say(words.consentProblem, box)
      button.disabled = true
      const article = document.querySelector<HTMLLinkElement>('link[rel~="canonical"]')?.href
      const body = {
        email: address,
        agree: true,
        locale: lang,
        article: article ?? location.href.replace(/[?#].*/, ''),
      }
      fetch(new URL('newsletter/subscriptions', newsletterSource), {
        method: 'POST',
        credentials: 'omit',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
        .then(({ status }) => {
          if (status === 202) {
            const done = make('h2', { tabindex: '-1' }, words.sentTitle)
            form.replaceWith(make('div', { lang, dir, role: 'status' }, done, make('p', {}, words.sent)))
            done.focus()
            return
          }
          button.disabled = false
          if (status === 400) say(words.emailProblem, email)
          else say(status === 429 ? words.tooMany : words.failed)
          return
        })
        .catch(() => {
          button.disabled = false
          say(words.failed)
        })
    })
    root.append(form)
  }
}

if (!customElements.get('reader-newsletter')) customElements.define('reader-newsletter', ReaderNewsletter)
