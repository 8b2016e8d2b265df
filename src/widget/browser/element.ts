import { tabStorage } from './intention.ts'
import { bringToLife } from './giving.ts'
import { serviceAddress } from './page-context.ts'

const service = serviceAddress()

/**
 * `<reader-donation amounts="300,500,1000" currency="usd" verb="Support">plain link</reader-donation>`
 * Its attributes are read when it enters the page: `amounts` in minor units, `currency`, `verb`, `locale`,
 * `article-url`, `article-title`, `campaign-source`, `campaign-medium`, `campaign-name`.
 * Readers without scripts see the element's own content.
 */
class ReaderDonation extends HTMLElement {
  connectedCallback(): void {
    if (service && !this.shadowRoot)
      bringToLife(
        this,
        service,
        tabStorage(() => sessionStorage),
      )
  }
}

// Without the service's address the element's own content stays. A page may load the script twice.
if (service && !customElements.get('reader-donation'))
  customElements.define('reader-donation', ReaderDonation)
