import { minorDigits, readAmount, type Reading, showAmount } from './amount.ts'
import { requestCheckout } from './checkout-request.ts'
import { addStyles, buildForm, link } from './form.ts'
import { forget, type Intention, keepChoice, keptChoice, keyFor, type KeyStorage } from './intention.ts'
import { setUpMistake } from './set-up-mistake.ts'
import { fill, wordsFor } from './words.ts'
import { articleOf, campaignOf, donatePageUrl, localeOf } from './page-context.ts'

/** After this time on the page the navigation must have failed, and the reader may try again. */
const LEAVING_MS = 10_000

function newKey(): string {
  // `randomUUID` exists only on pages served over https, `getRandomValues` on all.
  if (crypto.randomUUID) return crypto.randomUUID()
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}

/**
 * Gives the element its form: the reader chooses, clicks once, and is taken to Stripe. Plain functions bundle smaller
 * than a class.
 */
export function bringToLife(element: HTMLElement, service: string, storage: KeyStorage): void {
  const currency = (element.getAttribute('currency') || 'usd').toLowerCase()
  const locale = localeOf(element)
  const words = wordsFor(locale)
  const verb = element.getAttribute('verb') ?? words.support
  const amounts = (element.getAttribute('amounts') ?? '').split(',').map(Number)
  const suggested = amounts.filter((amount) => Number.isSafeInteger(amount) && amount > 0)
  const { form, own, ownRow, problem, button, status } = buildForm(suggested, currency, locale, words)
  let busy = false

  const radios = () => form.querySelectorAll<HTMLInputElement>('[type=radio]')
  const chosen = () => new FormData(form).get('amount')
  const read = (): Reading =>
    chosen() === 'own' ? readAmount(own.value, currency) : { minor: Number(chosen()) }

  const labelFor = (amount: string) =>
    verb === words.support ? fill(words.supportWith, { amount }) : `${verb} ${amount}`

  /** Shows what follows from the choice: the row of the own amount, the button's label, no earlier problem. */
  const refresh = () => {
    if (busy) return
    ownRow.hidden = chosen() !== 'own'
    problem.textContent = ''
    own.removeAttribute('aria-invalid')
    const reading = read()
    button.textContent = 'minor' in reading ? labelFor(showAmount(reading.minor, currency, locale)) : verb
  }

  const setBusy = (isBusy: boolean, ...shown: (Node | string)[]) => {
    busy = isBusy
    button.setAttribute('aria-disabled', String(isBusy))
    status.replaceChildren(...shown)
    if (isBusy) button.textContent = words.oneMoment
    else refresh()
  }

  const complain = (message: string) => {
    problem.textContent = message
    if (ownRow.hidden) return
    own.setAttribute('aria-invalid', 'true')
    own.focus()
  }

  /**
   * Forgets the key only when the browser leaves the page: until then another click must find the same session. A gift
   * after coming back is a new one.
   */
  const leave = (intention: Intention, url: string) => {
    status.replaceChildren(words.leaving, ' ', link(url, words.continue))
    addEventListener('pagehide', () => forget(intention, storage), { once: true })
    setTimeout(() => setBusy(false), LEAVING_MS)
    try {
      // In a frame the whole page goes: Stripe's page refuses to be framed.
      ;(top ?? window).location.href = url
    } catch {
      // A sandboxed frame may not do so. The link above remains.
    }
  }

  const give = async () => {
    if (busy) return
    setBusy(false)
    const reading = read()
    if ('problem' in reading)
      return complain(
        fill(words[reading.problem], { currency: currency.toUpperCase(), decimals: minorDigits(currency) }),
      )
    const campaign = campaignOf(element)
    const article = articleOf(element)
    const frequency = String(new FormData(form).get('frequency'))
    const intention = {
      amount: reading.minor,
      currency,
      frequency,
      article,
      ...(campaign && { campaign }),
      locale,
    }
    setBusy(true, words.opening)
    const answer = await requestCheckout(
      service,
      intention,
      keyFor(intention, storage, Date.now(), newKey),
      setUpMistake,
    )
    // A single-page application may have removed the article meanwhile; then the reader stays where they are.
    if (!element.isConnected) return
    if ('url' in answer) return leave(intention, answer.url)
    if (answer.problem !== 'unreachable') forget(intention, storage)
    const message = answer.message ?? words[answer.problem]
    if (!answer.aboutAmount)
      return setBusy(false, message, ' ', link(donatePageUrl(service, intention), words.donatePage))
    setBusy(false)
    complain(message)
  }

  form.addEventListener('input', () => {
    keepChoice(
      [...radios()].flatMap(({ checked, value }) => (checked ? value : [])).concat(own.value),
      location.pathname,
      storage,
    )
    refresh()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void give()
  })
  // When the reader comes back from Stripe's page, the browser may show this page as it was left: busy.
  addEventListener('pageshow', (event) => {
    if (event.persisted) setBusy(false)
  })
  const kept = [...keptChoice(location.pathname, storage)]
  own.value = kept.pop() ?? ''
  for (const radio of radios()) if (kept.includes(radio.value)) radio.checked = true
  setBusy(false)
  const root = element.attachShadow({ mode: 'open' })
  addStyles(root)
  root.append(form)
}
