import * as fc from 'fast-check'
import { pino } from 'pino'
import { openDatabase } from '../../src/db/database.ts'
import { saveGiving } from '../../src/protection/protection-store.ts'
import { skipReason } from '../kit/browser.ts'
import { lookAt } from './checks/browser-look.ts'
import { problemsOf } from './checks/answer-check.ts'
import { keptRows } from './checks/kept-rows.ts'
import { MARK } from './lists/awkward-texts.ts'
import type { Options } from './options.ts'
import { allTargets } from './requests/all-targets.ts'
import { spoilsEnvelope } from './requests/headers.ts'
import { get, type Target } from './requests/target.ts'
import { bytesOf, shownRequest, type Header, type Wanted } from './requests/wanted-request.ts'
import { exchange, type Answer } from './stage/exchange.ts'
import { plant, type Planted, type Words } from './stage/planted.ts'
import { startProcess, type ServiceProcess } from './stage/service-process.ts'

export type Finding = { readonly target: string; readonly what: string; readonly request: string }

export type Tried = {
  readonly targets: number
  /** Pages that show what was planted; a browser opened each of them, where there is one. */
  readonly showing: number
  readonly requests: number
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>
  readonly findings: readonly Finding[]
  /** What the service held after each of the two rounds, its garbage collected. */
  readonly heapBytes: readonly number[]
  /** Targets that never got another answer than a refusal: they may be tried at their door only. */
  readonly onlyRefused: readonly string[]
}

/** The second round asks for nothing that the first did not, so that what is held more after it is a leak. */
export const MOST_GROWTH_BYTES = 24 * 1024 * 1024

const usualWords: Words = {
  name: '"><img src=x onerror="globalThis.hx7q=1">',
  message: '<script>globalThis.hx7q=1</script>\n=1+1 {{7*7}} \u202eabc',
  title: `</title><script>globalThis.hx7q=1</script>'"`,
  campaign: `';globalThis.hx7q=1;'<hx7q>`,
}

/** Starts the service on an empty database, plants what hostile readers and staff may have written, and asks it for everything. */
export async function hostile(
  { seed, runs, againEvery, only }: Options,
  databaseUrl: string,
  say: (text: string) => void,
): Promise<Tried> {
  const service = await startProcess(databaseUrl)
  const database = openDatabase({
    url: databaseUrl,
    log: pino({ level: 'silent' }),
    applicationName: 'hostile',
  })
  try {
    const planted = await plant(service, database, usualWords)
    const asker = await askerOf(service, planted, () => keptRows(database.pool))
    const { rows } = await database.pool.query<{ body: string }>(
      'select body::text as body from inbox_events order by id',
    )
    const events = rows.map(({ body }) => body)
    const showing: string[] = []
    const read = async (address: string): Promise<string | null> => {
      const page = await asker.read(address)
      if (page?.includes(MARK)) showing.push(address)
      return page
    }
    const targets = await allTargets(service, planted, { read, events })
    const wanted = targets.filter(({ name }) => only === null || name.includes(only))
    say(`  ${wanted.length} targets, ${runs} requests to each in each of two rounds`)
    const findings = new Map<string, Finding>()
    if (skipReason === undefined) {
      say(`  ${showing.length} pages that show planted values, in a browser`)
      for (const { address, what } of await lookAt(service.url, await planted.signIn(), showing)) {
        findings.set(`${address} ${what}`, { target: `${address} (in a browser)`, what, request: address })
        say(`  ${address} in a browser: ${what}`)
      }
    } else say(`  no page is looked at in a browser: ${skipReason}`)
    const heapBytes: number[] = []
    for (const round of [0, 1]) {
      for (const [at, target] of wanted.entries()) {
        if (service.ended() !== null) break
        if (round === 1 && at % againEvery !== 0) continue
        if (findings.has(target.name)) continue
        // A form of staff may have stopped giving, and everything after it would be tried at a closed door.
        await saveGiving(database.pool, null)
        const finding = await tryTarget(target, { seed: seed + 1_000 * round + at, runs, asker })
        if (finding) findings.set(target.name, finding)
        if (finding) say(`  ${finding.target}: ${finding.what}\n    ${finding.request}`)
      }
      if (service.ended() === null) heapBytes.push(await service.heapBytes())
    }
    return {
      targets: wanted.length,
      showing: showing.length,
      findings: [...findings.values()],
      heapBytes,
      ...asker.counted(),
    }
  } finally {
    await service.stop()
    await database.close()
  }
}

async function tryTarget(
  target: Target,
  { seed, runs, asker }: { readonly seed: number; readonly runs: number; readonly asker: Asker },
): Promise<Finding | null> {
  let last: { what: string; request: string } | null = null
  const property = fc.asyncProperty(target.requests, async (wanted) => {
    const problems = await asker.ask(target, wanted)
    if (problems.length === 0) return
    last = { what: problems.join('; '), request: shownRequest(wanted) }
    throw new Error(last.what)
  })
  const result = await fc.check(property, { seed, numRuns: runs, interruptAfterTimeLimit: 120_000 })
  if (result.failed && last === null)
    throw result.errorInstance ?? new Error(`${target.name} cannot be tried`)
  // With few requests to each target it is asked now and then, else half of all requests would ask it.
  const isServed = (seed * runs) % 10 >= Math.min(runs, 10) || (await asker.isServed())
  if (!isServed) return { target: target.name, what: 'afterwards nothing is served', request: '' }
  const failed = last as { what: string; request: string } | null // TypeScript does not see the property run
  return failed && { target: target.name, ...failed }
}

type Asker = Awaited<ReturnType<typeof askerOf>>

async function askerOf(service: ServiceProcess, planted: Planted, keptNow: () => Promise<string>) {
  let cookie = await planted.signIn()
  let token = await planted.newToken()
  let kept = await keptNow()
  let requests = 0
  const statuses = new Map<number, number>()
  const answered = new Map<string, boolean>()

  const usual = (as: Target['as']): Header[] => {
    requests += 1
    return [
      ['Host', `127.0.0.1:${service.port}`],
      ['Connection', 'close'],
      // Every request comes from another reader: limits are not what is tried here.
      ['X-Forwarded-For', `198.${18 + ((requests >> 16) & 1)}.${(requests >> 8) & 255}.${requests & 255}`],
      ...(as === 'program' ? ([['Authorization', token]] as const) : []),
      ...(as === 'staff'
        ? ([
            ['Cookie', cookie],
            ['Sec-Fetch-Site', 'same-origin'],
          ] as const)
        : []),
      ...(as === 'reader' ? ([['Sec-Fetch-Site', 'same-origin']] as const) : []),
    ]
  }
  const send = (as: Target['as'], wanted: Wanted) =>
    exchange(service.port, bytesOf(wanted, usual(as)), wanted.framing === 'cut')
  const locationOf = (answer: Answer | null) =>
    answer?.headers.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? ''
  /** As somebody who is let in, although an earlier request may have signed them out or revoked their token. */
  const sendLetIn = async (as: Target['as'], wanted: Wanted): Promise<Answer | null> => {
    const answer = await send(as, wanted)
    const isOwn = (name: string) => !wanted.headers.some(([one]) => one === name)
    if (as === 'staff' && locationOf(answer) === '/finance/sign-in' && isOwn('Cookie')) {
      cookie = await planted.signIn()
      kept = await keptNow()
      return send(as, wanted)
    }
    if (as === 'program' && answer?.status === 401 && isOwn('Authorization')) {
      token = await planted.newToken()
      kept = await keptNow()
      return send(as, wanted)
    }
    return answer
  }
  /** Until nothing changes any more: workers may still be at what an earlier request asked for. */
  const settled = async (): Promise<string> => {
    for (let before = await keptNow(); ;) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      const now = await keptNow()
      if (now === before) return now
      before = now
    }
  }

  return {
    /** @returns what is wrong, in sentences */
    async ask(target: Target, wanted: Wanted): Promise<string[]> {
      const answer = await sendLetIn(target.as, wanted)
      if (service.ended() !== null)
        return [`the service ended with ${service.ended()}: ${service.takeLog().slice(-30).join('\n')}`]
      const logged = service.takeLog().flatMap(logProblem)
      if (answer === null) {
        const isCut = wanted.framing === 'cut' || spoilsEnvelope(wanted.headers)
        return isCut ? logged : ['the line was closed without an answer', ...logged]
      }
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      answered.set(target.name, (answered.get(target.name) ?? false) || answer.status < 400)
      const problems = [...problemsOf(target, wanted, answer, service), ...logged]
      const now = await keptNow()
      if (answer.status >= 400 && now !== kept) {
        // A worker may have done it, at what came before: the request is the cause if rows change each time it is sent.
        let change: string | null = null
        for (let time = 0; time < 3 && (time === 0 || change !== null); time += 1) {
          const before = await settled()
          await sendLetIn(target.as, wanted)
          kept = await settled()
          change = before === kept ? null : `${before} → ${kept}`
        }
        if (change !== null) problems.push(`refused with ${answer.status}, and yet it changed: ${change}`)
      } else kept = now
      return problems
    },
    /** A page for the crawl; null for what is no page. */
    async read(address: string): Promise<string | null> {
      if (/\/(sign-out|erase)(\/|$)/.test(address)) return null
      const answer = await sendLetIn(address.startsWith('/finance') ? 'staff' : 'reader', get(address))
      const type = answer?.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
      return answer?.status === 200 && type.startsWith('text/html') ? answer.body.toString() : null
    },
    async isServed(): Promise<boolean> {
      const answers = await Promise.all([send('reader', get('/healthz')), send('reader', get('/donate'))])
      return answers.every((answer) => answer?.status === 200)
    },
    counted: () => ({
      requests,
      statuses,
      onlyRefused: [...answered].filter(([, isAnswered]) => !isAnswered).map(([name]) => name),
    }),
  }
}

/** Each line of the log is one object of JSON, and none is an error's. */
function logProblem(line: string): string[] {
  try {
    const read = JSON.parse(line) as { level?: unknown } // pino writes it
    const isError = read.level === 'error' || read.level === 'fatal' || Number(read.level) >= 50
    return isError ? [`it logs ${line.slice(0, 1_500)}`] : []
  } catch {
    return [`a line of the log is no JSON: ${line.slice(0, 300)}`]
  }
}
