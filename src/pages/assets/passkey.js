/*
 * Lets the browser make a passkey or ask for one, and sends its answer with the form around the button. The form says what
 * is asked for: data-passkey is "create" or "get", data-options the options as JSON (WebAuthn, level 3, section 5.1.8).
 */
const bytes = (text) => {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }))

async function answer(kind, options) {
  if (kind === 'create') {
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
    }
    const made = await navigator.credentials.create({ publicKey })
    const { clientDataJSON, attestationObject } = made.response
    return answerOf(made, {
      clientDataJSON: text(clientDataJSON),
      attestationObject: text(attestationObject),
      transports: made.response.getTransports?.() ?? [],
    })
  }
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: withBytes(options.allowCredentials),
  }
  const found = await navigator.credentials.get({ publicKey })
  const { clientDataJSON, authenticatorData, signature } = found.response
  return answerOf(found, {
    clientDataJSON: text(clientDataJSON),
    authenticatorData: text(authenticatorData),
    signature: text(signature),
  })
}

function answerOf({ id, rawId, type }, response) {
  return JSON.stringify({ id, rawId: text(rawId), type, response })
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const button = form.querySelector('[data-passkey-button]')
  const problem = form.querySelector('[data-passkey-problem]')
  if (!window.PublicKeyCredential) continue
  form.querySelector('[data-passkey-missing]').hidden = true
  button.disabled = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    button.disabled = true
    problem.hidden = true
    try {
      form.querySelector('[name=credential]').value = await answer(
        form.dataset.passkey,
        JSON.parse(form.dataset.options),
      )
      form.submit()
    } catch {
      // Nobody touched the authenticator in time, or it is not there. The same question may be asked again.
      problem.hidden = false
      button.disabled = false
    }
  })
}
