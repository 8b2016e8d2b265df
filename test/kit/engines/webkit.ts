import { type ChildProcess, spawn } from 'node:child_process'
import { freePort } from '../free-port.ts'
import { until } from '../until.ts'
import type { Engine, EngineSettings, Protocol } from './protocol.ts'

/** A page loads in much less, also on a busy machine. */
const DEADLINE_MS = 20_000

type Command = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>

export type WebkitPrograms = { readonly driver: string; readonly browser: string; readonly display: string }

/** WebKitGTK as Debian ships it: the engine of Safari, driven by WebDriver. It has no mode without a screen. */
export async function startWebkit(programs: WebkitPrograms, settings: EngineSettings): Promise<Engine> {
  const screen = spawn(
    programs.display,
    ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  )
  const display = await new Promise<string>((resolve, reject) => {
    screen.once('exit', () => reject(new Error('Xvfb did not start')))
    screen.stdio[3]?.once('data', (data) => resolve(`:${String(data).trim()}`))
  })
  const port = await freePort()
  const driver = spawn(programs.driver, [`--port=${port}`], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: display,
      GDK_BACKEND: 'x11',
      LANG: 'en_US.UTF-8',
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    },
  })
  const kill = () => void [driver.kill('SIGKILL'), screen.kill('SIGKILL')]
  process.once('exit', kill)
  const command = commandTo(`http://127.0.0.1:${port}`)
  await until('WebKitWebDriver', () => command('GET', '/status').catch(() => null))
  const created = await command('POST', '/session', {
    capabilities: {
      alwaysMatch: {
        'webkitgtk:browserOptions': {
          binary: programs.browser,
          args: [
            '--automation',
            // Without the bar above the page a window can be as narrow as a phone.
            '--full-screen',
            ...(settings.scripts ? [] : ['--enable-javascript=false']),
            ...(settings.dark ? ['--dark-mode'] : []),
          ],
        },
      },
    },
  })
  const { sessionId, capabilities } = Object(created)
  const inSession: Command = (method, path, body) => command(method, `/session/${sessionId}${path}`, body)
  return {
    version: String(Object(capabilities).browserVersion),
    reader: () => newReader(inSession),
    async stop() {
      await inSession('DELETE', '').catch(() => null)
      await Promise.all([ended(driver), ended(screen)])
      process.off('exit', kill)
    },
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await gone
}

function commandTo(origin: string): Command {
  return async (method, path, body) => {
    const answer = await fetch(origin + path, {
      // A driver that waits for ever says where.
      signal: AbortSignal.timeout(DEADLINE_MS),
      method,
      body: body === undefined ? null : JSON.stringify(body),
    })
    const { value } = Object(await answer.json())
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(Object(value).message)}`)
    return value
  }
}

async function newReader(command: Command): Promise<Protocol> {
  const old: unknown = await command('GET', '/window/handles')
  const tab = await tabOf(command)
  await command('DELETE', '/cookie')
  for (const handle of Array.isArray(old) ? old : []) {
    await command('POST', '/window', { handle })
    await command('DELETE', '/window')
  }
  return tab
}

async function tabOf(command: Command): Promise<Protocol> {
  const { handle } = Object(await command('POST', '/window/new', { type: 'tab' }))
  const here: Command = async (method, path, body) => {
    await command('POST', '/window', { handle })
    return command(method, path, body)
  }
  return {
    navigate: async (url) => void (await here('POST', '/url', { url })),
    back: async () => void (await here('POST', '/back', {})),
    reload: async () => void (await here('POST', '/refresh', {})),
    async evaluate(expression) {
      const script = `return JSON.stringify(${expression}) ?? 'null'`
      return JSON.parse(String(await here('POST', '/execute/sync', { script, args: [] })))
    },
    hasGestures: true,
    perform: async (actions) => void (await here('POST', '/actions', { actions })),
    resize: async (width, height) => void (await here('POST', '/window/rect', { x: 0, y: 0, width, height })),
    screenshot: async () => Buffer.from(String(await here('GET', '/screenshot')), 'base64'),
    openTab: () => tabOf(command),
  }
}
