/*
 * The form of /donate works without this. It keeps what was filled in where browsers do not: through a reload, and on the way
 * back to a form that was refused once, whose address they would ask to send again.
 */
const form = document.querySelector('#form')
const SLOT = 'donate-form'

/** The form's choices and texts; its hidden fields are the server's. */
const controls = () =>
  [...form.elements].filter(({ name, type }) => name && !['hidden', 'submit', 'select-one'].includes(type))
const isChoice = ({ type }) => type === 'radio' || type === 'checkbox'

function keep() {
  const values = controls().map((one) => [
    one.name,
    one.type,
    isChoice(one) ? (one.checked ? one.value : null) : one.value,
  ])
  try {
    sessionStorage.setItem(SLOT, JSON.stringify([location.href, values]))
  } catch {
    // The browser forbids it: then only what it keeps by itself is kept.
  }
}

function kept() {
  try {
    const [address, values] = JSON.parse(sessionStorage.getItem(SLOT) ?? '[]')
    return address === location.href && Array.isArray(values) ? values : []
  } catch {
    return []
  }
}

function restore() {
  for (const [name, type, value] of kept())
    for (const control of controls().filter((one) => one.name === name && one.type === type)) {
      if (!isChoice(control)) control.value = String(value ?? '')
      else if (type === 'checkbox') control.checked = value === control.value
      else if (value === control.value) control.checked = true
    }
}

/** A fold with text in it is open. */
function unfold() {
  for (const fold of form.querySelectorAll('details'))
    if ([...fold.querySelectorAll('textarea')].some(({ value }) => value !== '')) fold.open = true
}

if (form) {
  // The answer to a sent form gets an address that can be asked for again.
  const answer = form.querySelector('[data-search]')
  if (answer) {
    history.replaceState(null, '', `${location.pathname}${answer.dataset.search}`)
    keep()
  }
  const [navigation] = performance.getEntriesByType('navigation')
  if (['reload', 'back_forward'].includes(navigation?.type)) restore()
  form.addEventListener('input', keep)
  form.addEventListener('submit', (event) => {
    const offline = document.querySelector('[data-offline]')
    if (offline) offline.hidden = navigator.onLine
    if (navigator.onLine) return keep()
    event.preventDefault()
    offline?.scrollIntoView({ block: 'nearest' })
  })
  addEventListener('pageshow', unfold)
}
