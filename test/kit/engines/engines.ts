import { existsSync, globSync } from 'node:fs'
import { startFirefox } from './firefox.ts'
import type { Engine, EngineSettings } from './protocol.ts'
import { startWebkit } from './webkit.ts'

/** An engine beside Chromium, in which readers' pages are tried as well. */
export type EngineOnMachine = {
  readonly name: 'Firefox' | 'WebKit'
  /** Why its tests cannot run here; undefined when they can. */
  readonly skipReason: string | undefined
  start(settings?: Partial<EngineSettings>): Promise<Engine>
}

const first = (paths: readonly string[]) => paths.find((path) => existsSync(path))

const firefox = first([process.env['FIREFOX_PATH'] ?? '', '/usr/bin/firefox-esr', '/usr/bin/firefox'])
const driver = first(['/usr/bin/WebKitWebDriver'])
const miniBrowser = globSync('/usr/lib/*/webkit*gtk-*/MiniBrowser')[0]
const display = first(['/usr/bin/Xvfb'])

const usual: EngineSettings = { scripts: true, dark: false }

/**
 * The engines that the tests look for. One that is missing is named and skipped; with `REQUIRE_ENGINES=1` it is a failure,
 * so that CI cannot skip it unnoticed.
 */
export const engines: readonly EngineOnMachine[] = [
  {
    name: 'Firefox',
    skipReason: firefox === undefined ? 'no Firefox: install the package firefox-esr' : undefined,
    start: (settings) => startFirefox(firefox ?? '', { ...usual, ...settings }),
  },
  {
    name: 'WebKit',
    skipReason:
      driver === undefined || miniBrowser === undefined || display === undefined
        ? 'no WebKit: install the packages webkit2gtk-driver and xvfb'
        : undefined,
    start: (settings) =>
      startWebkit(
        { driver: driver ?? '', browser: miniBrowser ?? '', display: display ?? '' },
        { ...usual, ...settings },
      ),
  },
]

for (const { skipReason } of engines)
  if (skipReason !== undefined && process.env['REQUIRE_ENGINES'] === '1')
    throw new Error(`REQUIRE_ENGINES=1, but ${skipReason}`)
