import { tabStorage } from './intention.ts'
import { bringToLife } from './giving.ts'
import { serviceOrigin } from './page-context.ts'

const origin = serviceOrigin()

/**
 * `<reader-donation amounts="300,500,1000" currency="usd" verb="Support">plain link</reader-donation>`
 * Attributes, read when the element enters the page: `amounts` in minor units, `currency`, `verb`, `locale`,
 * `article-url`, `article-title`, `campaign-source`, `campaign-medium`, `campaign-name`.
 * Its own content is what readers without scripts see; it stays, too, when the attributes make no sense.
 */
class ReaderDonation extends HTMLElement {
  connectedCallback(): void {
    if (origin && !this.shadowRoot)
      bringToLife(
        this,
        origin,
        tabStorage(() => sessionStorage),
      )
  }
}

// Without a known service the plain link stays. A page may load the script twice.
if (origin && !customElements.get('reader-donation')) customElements.define('reader-donation', ReaderDonation)
