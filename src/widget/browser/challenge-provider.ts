/** What Turnstile's and hCaptcha's scripts have in common. */
type Provider = {
  render(
    container: HTMLElement,
    options: {
      sitekey: string
      callback: (token: string) => void
      'error-callback': () => void
    },
  ): unknown
}

const SCRIPTS = {
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit',
  hcaptcha: 'https://js.hcaptcha.com/1/api.js?render=explicit',
} as const
export type ProviderName = keyof typeof SCRIPTS

/** A reader may have to look at pictures. */
const SCRIPT_WITHIN_MS = 10_000
const LOOK_EVERY_MS = 100

/** Loads the provider's script, lets the reader answer in the container. @throws when the script cannot be loaded or fails */
export async function askProvider(
  name: ProviderName,
  siteKey: string,
  container: HTMLElement,
): Promise<string> {
  const provider = await load(name)
  return new Promise((resolve, reject) => {
    provider.render(container, {
      sitekey: siteKey,
      callback: resolve,
      'error-callback': () => reject(new Error(name)),
    })
  })
}

async function load(name: ProviderName): Promise<Provider> {
  const found = () => Reflect.get(window, name) as Provider | undefined // as its documentation promises
  const script = document.createElement('script')
  const blocked = new Promise<never>((_resolve, reject) => {
    script.addEventListener('error', () => reject(new Error(name)))
  })
  if (!found()) {
    script.src = SCRIPTS[name]
    script.async = true
    document.head.append(script)
  }
  for (let waited = 0; waited < SCRIPT_WITHIN_MS; waited += LOOK_EVERY_MS) {
    const provider = found()
    if (provider) return provider
    await Promise.race([blocked, new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))])
  }
  throw new Error(name)
}
