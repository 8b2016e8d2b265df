import { askProvider, type ProviderName } from './challenge-provider.ts'
import { proofOfWork } from './challenge-work.ts'

// The widget imports this script when the service asks for it or the browser refuses a request, and the page between /donate
// and the payment page contains it. Article pages do not load it otherwise.

export { setUpMistake } from './set-up-mistake.ts'

type Challenge = {
  readonly kind: 'proof_of_work' | ProviderName
  readonly token: string
  readonly salt: string
  readonly parts: number
  readonly bits: number
  readonly siteKey: string | null
}

function isChallenge(value: unknown): value is Challenge {
  return typeof Reflect.get(Object(value), 'token') === 'string' // one of ours has the other fields, too
}

/** Lets the browser draw and answer: a timer would be slowed down in a tab that is not in front. */
function rest(): Promise<unknown> {
  const { port1, port2 } = new MessageChannel()
  const rested = new Promise((resolve) => port1.addEventListener('message', resolve, { once: true }))
  port1.start()
  port2.postMessage(null)
  return rested.finally(() => port1.close())
}

async function proofFor(challenge: Challenge, container: () => HTMLElement): Promise<string> {
  const { kind, siteKey } = challenge
  if (kind === 'proof_of_work' || siteKey === null)
    return proofOfWork(challenge, () => performance.now(), rest)
  return askProvider(kind, siteKey, container())
}

/** Over the page, because a provider's script finds no element inside of the widget. */
function overlay(): HTMLElement {
  const dialog = document.createElement('dialog')
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}

/**
 * The answer to a challenge for the header `Challenge-Answer`; null when there is none.
 * @param challenge as the service sent it
 */
export async function answer(challenge: unknown): Promise<string | null> {
  if (!isChallenge(challenge)) return null
  const shown: HTMLElement[] = []
  const container = () => shown[shown.push(overlay()) - 1] ?? overlay()
  try {
    return `${challenge.token}:${await proofFor(challenge, container)}`
  } catch {
    return null
  } finally {
    for (const element of shown) element.remove()
  }
}

/** On the page between /donate and the payment page: answers, and sends the form on. */
async function sendOn(form: HTMLFormElement): Promise<void> {
  const challenge: unknown = JSON.parse(form.dataset['challenge'] ?? 'null')
  const proof = form.elements.namedItem('proof')
  if (!isChallenge(challenge) || !(proof instanceof HTMLInputElement)) return
  try {
    proof.value = await proofFor(challenge, () => document.getElementById('challenge-widget') ?? overlay())
    form.submit()
  } catch {
    // The button sends the form without a proof once the time has come.
    const status = document.getElementById('challenge-status')
    if (status) status.textContent = status.dataset['failed'] ?? ''
  }
}

const form = document.querySelector<HTMLFormElement>('form[data-challenge]')
if (form) void sendOn(form)
// When the reader comes back from the payment page, the browser may show this page as it was left.
addEventListener('pageshow', (event) => {
  if (event.persisted && form) location.assign(form.action)
})
