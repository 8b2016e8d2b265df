import { table } from '../bench/figures.ts'
import { beyondBounds, type Finding } from './auditor.ts'
import { tortureOptions, USAGE, type Options } from './options.ts'
import { torture, type Tortured } from './torture.ts'

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** @returns whether the auditor found nothing */
async function main(options: Options): Promise<boolean> {
  const endsMs = Date.now() + options.minutes * 60_000
  let isRight = true
  for (let round = 0; round === 0 || Date.now() < endsMs; round += 1) {
    const seed = options.seed + round
    const startedAt = performance.now()
    say(`Torture with seed ${seed}`)
    const result = await torture({ ...options, seed }, say)
    const findings = [...result.findings, ...beyondBounds(result)]
    say(reportOf(result, findings))
    say(`took ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`)
    const wrong = findings.filter(({ wrong: count }) => count > 0)
    if (wrong.length > 0) say(result.logs.slice(-20_000))
    isRight &&= wrong.length === 0
  }
  return isRight
}

const after = (ms: number | null): string =>
  ms === null ? 'no time: it had nothing' : `${(ms / 1000).toFixed(1)} s`

function reportOf(result: Tortured, findings: readonly Finding[]): string {
  const counts = Map.groupBy(result.done, ({ deed, to }) => `${to} ${deed}`)
  return [
    `  ${result.readers} readers, ${result.events} events, ${result.webhooks} webhooks sent, ${result.failedCalls} calls of Stripe failed`,
    ...[...counts].map(([what, all]) => `  ${all.length} × ${what}`),
    `  what a killed worker had taken was processed after ${after(result.takenUpMs)}, at most 5 wanted`,
    `  the mail that a killed worker was sending was sent by another after ${after(result.mailedAgainMs)}, at most 5 wanted`,
    `  a backlog of ${result.backlog} events was processed in ${(result.backlogMs / 1000).toFixed(1)} s, at most 60 wanted for 10,000`,
    table([
      ['the auditor looked for', 'found', 'among'],
      ...findings.map(({ what, wrong, of }) => [what, String(wrong), String(of)]),
    ]),
  ].join('\n')
}

try {
  if (!(await main(tortureOptions(process.argv.slice(2))))) process.exitCode = 1
} catch (error) {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(error instanceof TypeError ? `${error.message}\n${USAGE}` : `${stack}\n`)
  process.exitCode = 1
}
