/** A browser as its owner would describe it. */
export type BrowserName = {
  /** `Firefox`; null when the browser does not say. */
  readonly browser: string | null
  /** `Windows`; null when the browser does not say. */
  readonly system: string | null
}

/** A browser in which somebody is signed in. */
export type ListedSession = BrowserName & {
  /** Names the session; it is not the cookie's key and opens nothing. */
  readonly signInId: string
  readonly signedInAt: Date
  readonly lastSeenAt: Date
}

// The first one that fits: Edge and Opera claim to be Chrome, and Chrome claims to be Safari.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?(iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|HeadlessChrome|Chromium)\//, 'Chrome'],
  [/\bVersion\/.*Safari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** @param userAgent the request's header, which may say anything: only names of this list come out */
export function browserName(userAgent: string): BrowserName {
  const named = (list: typeof BROWSERS) => list.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null
  return { browser: named(BROWSERS), system: named(SYSTEMS) }
}
