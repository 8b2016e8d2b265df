/** W3C input sources, which WebDriver and WebDriver BiDi share. */
export type InputSource = {
  readonly type: 'pointer' | 'key'
  readonly id: string
  readonly actions: readonly Readonly<Record<string, unknown>>[]
}

/** What a tab of any engine can do. `tab.ts` builds a reader's gestures of it. */
export type Protocol = {
  /** Waits until the page has loaded. */
  navigate(url: string): Promise<void>
  /** Goes back in the history, and does not wait. */
  back(): Promise<void>
  reload(): Promise<void>
  /** The value of an expression in the page, which JSON can carry; also where the page itself may run no script. */
  evaluate(expression: string): Promise<unknown>
  /** False where gestures never end: in Firefox, on a page whose scripts are off. */
  readonly hasGestures: boolean
  perform(sources: readonly InputSource[]): Promise<void>
  resize(width: number, height: number): Promise<void>
  /** PNG of what is in view. */
  screenshot(): Promise<Buffer>
  /** Another tab of the same reader: same cookies. */
  openTab(): Promise<Protocol>
}

/** How the engine is started: what a reader has chosen in the browser's own settings. */
export type EngineSettings = { readonly scripts: boolean; readonly dark: boolean }

/** A running browser. Whoever starts it stops it. */
export type Engine = {
  readonly version: string
  /** A reader who has never been here: no cookies and nothing stored. */
  reader(): Promise<Protocol>
  stop(): Promise<void>
}
