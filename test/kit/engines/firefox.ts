import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Engine, EngineSettings, Protocol } from './protocol.ts'

type Json = Readonly<Record<string, unknown>>
type Command = (method: string, params?: Json) => Promise<Json>

/** Firefox as Debian ships it, driven by WebDriver BiDi, which it speaks itself. */
export async function startFirefox(binary: string, { scripts, dark }: EngineSettings): Promise<Engine> {
  const profile = await mkdtemp(path.join(tmpdir(), 'reader-donations-firefox-'))
  const settings = {
    'javascript.enabled': scripts,
    'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
    'intl.accept_languages': 'en-US',
    // The tests open their own pages only.
    'app.normandy.enabled': false,
    'network.connectivity-service.enabled': false,
    'network.captive-portal-service.enabled': false,
    'services.settings.server': 'data:,',
    'datareporting.policy.dataSubmissionEnabled': false,
  }
  const lines = Object.entries(settings).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  )
  await writeFile(path.join(profile, 'user.js'), lines.join('\n'))
  const child = spawn(
    binary,
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const command = await connect(await addressOf(child))
  const { capabilities } = await command('session.new', { capabilities: {} })
  return {
    version: String(Object(capabilities).browserVersion),
    async reader() {
      const { userContext } = await command('browser.createUserContext')
      return tabOf(command, String(userContext), scripts)
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      await command('browser.close').catch(kill)
      await ended
      process.off('exit', kill)
      await rm(profile, { recursive: true, force: true })
    },
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.once('exit', () => reject(new Error(`Firefox did not start: ${printed}`)))
    // Read on afterwards, so that the pipe never fills.
    child.stderr?.on('data', (data: Buffer) => {
      printed = (printed + data.toString()).slice(-4000)
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(printed)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
}

async function connect(address: string): Promise<Command> {
  const socket = new WebSocket(`${address}/session`)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true })
    socket.addEventListener('error', () => reject(new Error('Firefox refuses the connection')), {
      once: true,
    })
  })
  const waiting = new Map<number, (answer: Json) => void>()
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Json // an object, by the protocol
    const id = Number(answer['id'])
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  let last = 0
  return async (method, params = {}) => {
    const id = (last += 1)
    const answered = new Promise<Json>((resolve) => waiting.set(id, resolve))
    socket.send(JSON.stringify({ id, method, params }))
    const answer = await answered
    if (answer['type'] !== 'success') throw new Error(`${method}: ${String(answer['message'])}`)
    return Object(answer['result'])
  }
}

async function tabOf(command: Command, userContext: string, hasGestures: boolean): Promise<Protocol> {
  const { context } = await command('browsingContext.create', { type: 'tab', userContext })
  return {
    navigate: async (url) =>
      void (await command('browsingContext.navigate', { context, url, wait: 'complete' })),
    back: async () => void (await command('browsingContext.traverseHistory', { context, delta: -1 })),
    reload: async () => void (await command('browsingContext.reload', { context, wait: 'complete' })),
    async evaluate(expression) {
      const answer = await command('script.evaluate', {
        expression: `JSON.stringify(${expression}) ?? 'null'`,
        target: { context },
        awaitPromise: false,
      })
      if (answer['type'] !== 'success') throw new Error(JSON.stringify(answer['exceptionDetails']))
      return JSON.parse(String(Object(answer['result']).value))
    },
    hasGestures,
    perform: async (actions) => void (await command('input.performActions', { context, actions })),
    resize: async (width, height) =>
      void (await command('browsingContext.setViewport', { context, viewport: { width, height } })),
    async screenshot() {
      const { data } = await command('browsingContext.captureScreenshot', { context })
      return Buffer.from(String(data), 'base64')
    },
    openTab: () => tabOf(command, userContext, hasGestures),
  }
}
