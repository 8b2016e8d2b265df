import { coveredFee } from '../../checkout/covered-fees.ts'
import { showAmount } from './amount.ts'
import { buildForm, link } from './form.ts'
import { frame } from './frame.ts'
import {
  forget,
  type Intention,
  keepChoice,
  keptChoice,
  keyFor,
  type KeyStorage,
  leftSlot,
} from './intention.ts'
import type { PageData } from './page-data.ts'
import type { Reading } from './own-amount.ts'
import { fill } from './words.ts'

/** The script of `more.ts`, which the service builds. */
type More = typeof import('./more.ts')

/** After this time on the page the navigation must have failed, and the reader may try again. */
const LEAVING_MS = 10_000

function newKey(): string {
  // `randomUUID` exists only on pages served over https.
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}

/** Which widget of which article: a page may have two. */
function placeOf(element: HTMLElement): string {
  return `${location.pathname}#${[...document.querySelectorAll('reader-donation')].indexOf(element)}`
}

/**
 * Gives the element its form: the reader chooses, clicks once, and is taken to Stripe. Plain functions bundle smaller
 * than a class.
 */
export function bringToLife(
  element: HTMLElement,
  service: string,
  storage: KeyStorage,
  { data, locale }: PageData,
): void {
  const { words, currency } = data
  const place = placeOf(element)
  const verb = element.getAttribute('verb')
  const isTaken = (minor: number) =>
    Number.isSafeInteger(minor) && minor >= currency.minimum && minor <= currency.maximum
  // Amounts of a currency that the newsroom does not take are none of this one.
  const asked = (name: string) =>
    (element.getAttribute('currency')?.toLowerCase() || currency.code) === currency.code
      ? (element.getAttribute(name) ?? '').split(',').map(Number).filter(isTaken)
      : []
  const amounts = asked('amounts').length > 0 ? asked('amounts') : currency.amounts
  const first = { amount: asked('amount')[0], frequency: element.getAttribute('frequency') ?? undefined }
  const parts = buildForm(amounts, data, first, locale)
  const { form, fieldset, own, other, ownRow, problem, fee, feeWords, newsletter, button, status, trust } =
    parts
  let busy = false
  let more: More | undefined
  const loadMore = async () =>
    (more ??= (await import(`${service}/widget-more.js?lang=${data.lang}`)) as More) // built of more.ts

  const radios = () => form.querySelectorAll<HTMLInputElement>('[type=radio]')
  const chosen = (name: string) => form.querySelector<HTMLInputElement>(`[name=${name}]:checked`)?.value ?? ''
  const [cover, subscribe] = [fee, newsletter].map((box) => box.querySelector('input'))
  const read = (): Reading =>
    chosen('amount') === 'own'
      ? (more?.readAmount(own.value, data, locale) ?? { message: '' })
      : { minor: Number(chosen('amount')) }

  const show = (minor: number) => showAmount(minor, currency, locale)
  const feeFor = (minor: number): number =>
    currency.feeRate ? Number(coveredFee(BigInt(minor), currency.feeRate, currency.step)) : 0

  /** The whole promise: what is charged, and how often. */
  const labelFor = (minor: number): string => {
    const amount = show(minor + (cover?.checked ? feeFor(minor) : 0))
    const frequency = chosen('frequency')
    const [behindVerb, whole] =
      frequency === 'monthly'
        ? [words.amountMonthly, words.giveMonthly]
        : frequency === 'yearly'
          ? [words.amountYearly, words.giveYearly]
          : ['{{amount}}', words.giveOnce]
    return verb ? `${verb} · ${fill(behindVerb, { amount })}` : fill(whole, { amount })
  }

  /** Shows what follows from the choice: the field of the own amount, the fee, the button's label, no earlier problem. */
  const refresh = () => {
    if (busy) return
    const isOwn = chosen('amount') === 'own'
    ownRow.hidden = !isOwn
    more?.hideMarks(own)
    other.classList.toggle('open', isOwn)
    // Until it has arrived the button only says what it is for, and nothing of the next payment. What was complained of
    // meanwhile stays.
    const frequency = chosen('frequency')
    if ((isOwn || frequency !== 'once') && !more)
      loadMore().then(
        () => problem.firstChild ?? refresh(),
        () => undefined,
      )
    // An older script, kept by the browser for minutes, has no such words.
    trust.data = more?.recurs?.(words.trust, frequency, locale, new Date()) ?? words.trust
    problem.replaceChildren()
    own.removeAttribute('aria-invalid')
    other.classList.remove('wrong')
    const reading = read()
    const minor = 'minor' in reading ? reading.minor : 0
    button.textContent = minor ? labelFor(minor) : (verb ?? words.give)
    fee.classList.toggle('idle', !minor)
    feeWords.textContent = minor ? fill(words.coverFees, { fee: show(feeFor(minor)) }) : ' '
  }

  const setBusy = (isBusy: boolean, ...shown: (Node | string)[]) => {
    busy = isBusy
    button.setAttribute('aria-disabled', String(isBusy))
    fieldset.disabled = isBusy
    status.replaceChildren(...shown)
    if (isBusy) button.textContent = words.oneMoment
    else refresh()
  }

  const gift = ({ articleOf, campaignOf }: More) => {
    const campaign = campaignOf(element)
    return {
      currency: currency.code,
      frequency: chosen('frequency'),
      article: articleOf(element),
      ...(campaign && { campaign }),
    }
  }

  /** Says what is wrong beside the amounts, with a way on where there is one. */
  const complain = (message: string, ...wayOn: Node[]) => {
    problem.replaceChildren(message, ...wayOn.flatMap((node) => [' ', node]))
    if (ownRow.hidden) return
    own.setAttribute('aria-invalid', 'true')
    other.classList.add('wrong')
    own.focus()
  }

  /**
   * Forgets the key only when the browser leaves the page: until then another click must find the same session. A gift
   * after coming back is a new one.
   */
  const leave = (
    intention: Intention,
    { url, id }: { readonly url: string; readonly id: string },
    { moreWords, rememberLeaving }: More,
  ) => {
    status.replaceChildren(moreWords().leaving, ' ', link(url, moreWords().continue))
    const onLeaving = () => {
      forget(intention, storage)
      rememberLeaving(id, place, storage)
    }
    addEventListener('pagehide', onLeaving, { once: true })
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
    setBusy(true)
    const scripts = await loadMore().catch(() => null)
    setBusy(false)
    // Without the script the whole form is on the service's own page.
    if (!scripts) return setBusy(false, words.unreachable, ' ', link(`${service}/donate`, words.donatePage))
    const { requestCheckout, donatePageUrl, setUpMistake, moreWords } = scripts
    const reading = read()
    const wish = gift(scripts)
    const wayOn = (to: Parameters<typeof donatePageUrl>[1]) =>
      link(donatePageUrl(service, to), words.donatePage)
    if ('message' in reading)
      return complain(
        reading.message,
        ...(reading.typed ? [wayOn({ ...wish, currency: reading.typed })] : []),
      )
    const intention = {
      amount: reading.minor,
      ...wish,
      ...(cover?.checked && { coverFees: true }),
      ...(subscribe?.checked && { newsletter: true }),
      locale,
    }
    setBusy(true, moreWords().opening)
    const key = keyFor(intention, storage, Date.now(), newKey)
    const answer = await requestCheckout(service, intention, key, setUpMistake)
    // A single-page application may have removed the article meanwhile; then the reader stays where they are.
    if (!element.isConnected) return
    if ('url' in answer) return leave(intention, answer, scripts)
    if (answer.problem !== 'unreachable') forget(intention, storage)
    const message = answer.message ?? { ...words, ...moreWords() }[answer.problem]
    if (!answer.aboutAmount) return setBusy(false, message, ' ', wayOn(intention))
    setBusy(false)
    complain(message)
  }

  form.addEventListener('input', () => {
    const choice = {
      amount: chosen('amount'),
      own: own.value,
      frequency: chosen('frequency'),
      cover: cover?.checked === true,
      newsletter: subscribe?.checked === true,
    }
    keepChoice(choice, place, storage)
    refresh()
  })
  // A click or a tap on "Other" leads into its field; the arrow keys go on through the choices.
  let isByArrow = false
  form.addEventListener('keydown', ({ key }) => (isByArrow = /Arrow/.test(key)))
  form.addEventListener('pointerdown', () => (isByArrow = false))
  form.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.value === 'own' && !isByArrow) own.focus()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void give()
  })

  // At the first touch: until the click it has usually arrived.
  for (const touch of ['pointerenter', 'focusin'])
    form.addEventListener(touch, () => void loadMore().catch(() => null), { once: true })

  const sayOutcome = async () => {
    if (!storage.getItem(leftSlot(place))) return
    const { outcomeOfLeaving, moreWords } = await loadMore()
    const outcome = await outcomeOfLeaving(service, place, storage)
    if (outcome && !busy) status.replaceChildren(moreWords()[outcome])
  }
  // When the reader comes back from Stripe's page, the browser may show this page as it was left: busy.
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return
    setBusy(false)
    sayOutcome().catch(() => undefined)
  })

  const kept = keptChoice(place, storage)
  own.value =
    kept.own ?? (amounts.includes(first.amount ?? 0) ? '' : ownText(first.amount, currency.minorDigits))
  for (const radio of radios())
    if (radio.value === (radio.name === 'amount' ? kept.amount : kept.frequency)) radio.checked = true
  if (cover) cover.checked = kept.cover === true
  // What the reader ticked stands as they left it.
  if (subscribe) subscribe.checked = kept.newsletter === true
  setBusy(false)
  frame(element, form, data)
  sayOutcome().catch(() => undefined)
}

/** An amount of the `amount` attribute as a reader would type it. */
function ownText(minor: number | undefined, digits: number): string {
  return minor === undefined ? '' : (minor / 10 ** digits).toFixed(minor % 10 ** digits ? digits : 0)
}
