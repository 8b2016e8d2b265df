import { tabStorage } from './intention.ts'
import { bringToLife } from './giving.ts'
import { dataFor, serviceAddress } from './page-data.ts'

const service = serviceAddress()

/**
 * `<reader-donation><a href="https://HOST/donate">Support us</a></reader-donation>`
 *
 * The newsroom's settings say what it shows. These attributes, read when it enters the page, override them: `amounts` in
 * minor units, `currency`, `frequency` and `amount` (what is chosen at first), `verb`, `locale`, `article-url`,
 * `article-title`, `campaign-source`, `campaign-medium`, `campaign-name`; `variant`: `inline`, `button` (opens a dialog)
 * or `card` (for the end of an article); `theme`: `light` or `dark`, otherwise as the page around it.
 * Readers without scripts see the element's own content.
 */
class ReaderDonation extends HTMLElement {
  async connectedCallback(): Promise<void> {
    if (!service || this.shadowRoot) return
    const page = await dataFor(this, service)
    if (!this.isConnected || this.shadowRoot) return
    bringToLife(
      this,
      service,
      tabStorage(() => sessionStorage),
      page,
    )
  }
}

// Without the service's address the element's own content stays. A page may load the script twice.
if (service && !customElements.get('reader-donation'))
  customElements.define('reader-donation', ReaderDonation)
