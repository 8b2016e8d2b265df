import { readAmount, type Reading, showAmount } from './amount.ts'
import { requestCheckout } from './checkout-request.ts'
import { addStyles, buildForm, link } from './form.ts'
import { forget, type Intention, keyFor, type KeyStorage } from './intention.ts'
import { articleOf, campaignOf, donatePageUrl, localeOf } from './page-context.ts'

/** If the browser has not left by then, the navigation failed and the reader may try again. */
const LEAVING_MS = 10_000

function newKey(): string {
  // randomUUID exists on secure pages only; getRandomValues everywhere.
  if (crypto.randomUUID) return crypto.randomUUID()
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}

/** Gives the element its form: choosing, one click, and on to Stripe. Plain functions: they bundle small. */
export function bringToLife(element: HTMLElement, origin: string, storage: KeyStorage): void {
  const verb = element.getAttribute('verb') ?? 'Support'
  const currency = (element.getAttribute('currency') || 'usd').toLowerCase()
  const locale = localeOf(element)
  const amounts = (element.getAttribute('amounts') ?? '').split(',').map(Number)
  const suggested = amounts.filter((amount) => Number.isSafeInteger(amount) && amount > 0)
  const { form, own, ownRow, problem, button, status } = buildForm(suggested, currency, locale)
  let busy = false

  const chosen = () => new FormData(form).get('amount')
  const read = (): Reading =>
    chosen() === 'own' ? readAmount(own.value, currency) : { minor: Number(chosen()) }

  /** Everything that follows from the choice: the own amount's row, the button's words, no stale problem. */
  const refresh = () => {
    if (busy) return
    ownRow.hidden = chosen() !== 'own'
    problem.textContent = ''
    own.removeAttribute('aria-invalid')
    const reading = read()
    button.textContent =
      'minor' in reading
        ? `${verb}${verb === 'Support' ? ' with' : ''} ${showAmount(reading.minor, currency, locale)}`
        : verb
  }

  const setBusy = (is: boolean, ...words: (Node | string)[]) => {
    busy = is
    button.setAttribute('aria-disabled', String(is))
    status.replaceChildren(...words)
    if (is) button.textContent = 'One moment…'
    else refresh()
  }

  const complain = (message: string) => {
    problem.textContent = message
    if (ownRow.hidden) return
    own.setAttribute('aria-invalid', 'true')
    own.focus()
  }

  /**
   * The key is dropped when the page is really left: until then another click must find the same session, and a gift
   * after coming back is a new one.
   */
  const leave = (intention: Intention, url: string) => {
    status.replaceChildren('Taking you there. ', link(url, 'Continue to payment'))
    addEventListener('pagehide', () => forget(intention, storage), { once: true })
    setTimeout(() => setBusy(false), LEAVING_MS)
    location.assign(url)
  }

  const give = async () => {
    if (busy) return
    setBusy(false)
    const reading = read()
    if ('problem' in reading) return complain(reading.problem)
    const campaign = campaignOf(element)
    const article = articleOf(element)
    const frequency = String(new FormData(form).get('frequency') ?? 'once')
    const intention = {
      amount: reading.minor,
      currency,
      frequency,
      article,
      ...(campaign && { campaign }),
      locale,
    }
    setBusy(true, 'Opening the secure payment page.')
    const answer = await requestCheckout(origin, intention, keyFor(intention, storage, Date.now(), newKey))
    // An application may have taken the article away meanwhile: then nobody is led anywhere.
    if (!element.isConnected) return
    if (answer.kind === 'session') return leave(intention, answer.url)
    const donatePage = link(donatePageUrl(origin, intention), 'Use our donation page instead')
    if (answer.kind === 'unreachable')
      return setBusy(false, 'We could not open the payment page. Nothing was charged. ', donatePage)
    forget(intention, storage)
    if (!answer.aboutAmount) return setBusy(false, `${answer.message} `, donatePage)
    setBusy(false)
    complain(answer.message)
  }

  form.addEventListener('input', refresh)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void give()
  })
  // Back from Stripe's page the browser may show this one exactly as it was left: busy.
  addEventListener('pageshow', (event) => {
    if (event.persisted) setBusy(false)
  })
  setBusy(false)
  const root = element.attachShadow({ mode: 'open' })
  addStyles(root)
  root.append(form)
}
