import { until } from '../until.ts'
import type { Protocol } from './protocol.ts'

const KEYS = { Enter: '\uE007', Escape: '\uE00C', ArrowDown: '\uE015', Tab: '\uE004' } as const

/**
 * A reader at a tab: sees what is visible, and clicks where a finger would, so that what is covered or out of reach fails.
 * Controls have the names that assistive technology reads, also within the widget.
 */
export type Tab = Pick<Protocol, 'navigate' | 'back' | 'reload' | 'evaluate' | 'resize' | 'screenshot'> & {
  /** Waits for visible text. */
  sees(words: string): Promise<void>
  text(): Promise<string>
  /** Waits for an address that contains this. */
  isAt(part: string): Promise<string>
  /** Waits until the control can be hit, and clicks it. */
  click(name: string | RegExp): Promise<void>
  doubleClick(name: string | RegExp): Promise<void>
  /** Replaces what stands in the field. */
  fill(name: string | RegExp, text: string): Promise<void>
  press(key: keyof typeof KEYS): Promise<void>
  /** Waits until the control is there; tells its visible words, whether it is chosen and what stands in it. */
  control(name: string | RegExp): Promise<Control>
  openTab(): Promise<Tab>
}

export type Control = {
  readonly x: number
  readonly y: number
  readonly left: number
  readonly words: string
  readonly isChosen: boolean
  readonly value: string
  readonly isReachable: boolean
}

export function tabOn(protocol: Protocol): Tab {
  // A page that is just being left cannot be asked.
  const ask = (expression: string) => protocol.evaluate(expression).catch(() => null)

  /** @param clicks how often the page itself shall click on it, one click right after the other */
  const find = async (name: string | RegExp, clicks = 0): Promise<Control | null> => {
    const pattern = typeof name === 'string' ? exactly(name) : name
    const found = await ask(`(${FIND})(new RegExp(${JSON.stringify(pattern.source)}), ${clicks})`)
    return found as Control | null // as FIND makes it
  }
  const control: Tab['control'] = (name) => until(`a control named ${name}`, () => find(name))
  const reachable = (name: string | RegExp, clicks = 0) =>
    until(`a control named ${name} to click on`, async () => {
      const found = await find(name, clicks)
      return found?.isReachable === true ? found : null
    })
  const click = async (name: string | RegExp): Promise<void> => {
    if (!protocol.hasGestures) return void (await reachable(name, 1))
    const { x, y } = await reachable(name)
    const actions = [
      { type: 'pointerMove', x: Math.round(x), y: Math.round(y), duration: 0 },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ]
    await protocol.perform([{ type: 'pointer', id: 'mouse', actions }])
  }
  const type = (values: readonly string[]) =>
    protocol.perform([
      {
        type: 'key',
        id: 'keyboard',
        actions: values.flatMap((value) => [
          { type: 'keyDown', value },
          { type: 'keyUp', value },
        ]),
      },
    ])
  const text = async () => String(await ask(`(${VISIBLE_TEXT})()`))
  return {
    navigate: protocol.navigate,
    back: protocol.back,
    reload: protocol.reload,
    evaluate: protocol.evaluate,
    resize: protocol.resize,
    screenshot: protocol.screenshot,
    text,
    async sees(words) {
      let last = ''
      await until(`“${words}”`, async () => (last = await text()).includes(words)).catch((error: unknown) => {
        throw new Error(`${String(error)} Instead: ${last}`)
      })
    },
    isAt: (part) =>
      until(`an address with ${part}`, async () => {
        const address = String(await ask('location.href'))
        return address.includes(part) && (await ask(IS_PAINTED)) === true ? address : null
      }),
    click,
    // By the page itself: WebKit's driver waits for ever when the first click of a gesture leaves the page.
    doubleClick: async (name) => void (await reachable(name, 2)),
    async fill(name, words) {
      await click(name)
      await ask(`(${SELECT_ALL})()`)
      await type([...words])
    },
    press: (key) => type([KEYS[key]]),
    control,
    openTab: async () => tabOn(await protocol.openTab()),
  }
}

const exactly = (name: string) => new RegExp(`^${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)

/** Firefox drops what is typed and clicked before a page is painted for the first time. One that is hidden is not painted. */
const IS_PAINTED = `document.readyState === 'complete' && (document.visibilityState === 'hidden' || performance.getEntriesByName('first-contentful-paint').length > 0)`

// What follows runs in the page, also inside of the widget's open shadow root.

const FIND = `(pattern, clicks) => {
  const all = []
  const collect = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.matches('a[href], button, summary, label, input, textarea, select')) all.push(element)
      if (element.shadowRoot) collect(element.shadowRoot)
    }
  }
  collect(document)
  const nameOf = (element) =>
    (element.getAttribute('aria-label') ?? (element.innerText || element.labels?.[0]?.innerText || '')).replace(/\\s+/g, ' ').trim()
  const isShown = (element) => {
    const { width, height } = element.getBoundingClientRect()
    return width > 1 && height > 1 && element.checkVisibility({ checkVisibilityCSS: true })
  }
  const found = all.find((element) => pattern.test(nameOf(element)) && isShown(element))
  if (!found) return null
  const before = found.getBoundingClientRect()
  if (before.top < 0 || before.bottom > innerHeight) found.scrollIntoView({ block: 'center', behavior: 'instant' })
  const { left, top, width, height } = found.getBoundingClientRect()
  const [x, y] = [left + width / 2, top + height / 2]
  let hit = document.elementFromPoint(x, y)
  while (hit?.shadowRoot?.elementFromPoint(x, y) && hit.shadowRoot.elementFromPoint(x, y) !== hit)
    hit = hit.shadowRoot.elementFromPoint(x, y)
  const control = found.control ?? found
  const isReachable = hit !== null && (found.contains(hit) || hit.contains(found) || hit === control)
  if (isReachable) for (let time = 0; time < clicks; time += 1) found.click()
  return {
    x, y, left, isReachable,
    words: found.innerText.trim(),
    isChosen: control.checked === true,
    value: String(control.value ?? ''),
  }
}`

const VISIBLE_TEXT = `() => {
  const texts = [document.body.innerText]
  const collect = (root) => {
    for (const { shadowRoot } of root.querySelectorAll('*'))
      if (shadowRoot) {
        for (const child of shadowRoot.children) texts.push(child.innerText ?? '')
        collect(shadowRoot)
      }
  }
  collect(document)
  return texts.join('\\n')
}`

const SELECT_ALL = `() => {
  let field = document.activeElement
  while (field?.shadowRoot?.activeElement) field = field.shadowRoot.activeElement
  field?.select?.()
}`
