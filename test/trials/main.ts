import { table } from '../bench/figures.ts'
import { addresses } from './addresses.ts'
import { diskFull } from './disk-full.ts'
import { hungWorker } from './hung-worker.ts'
import { previousRelease } from './previous-release.ts'
import { runbook } from './runbook.ts'
import { slowClients } from './slow-clients.ts'
import type { Trial } from './trial.ts'

const trials: Readonly<Record<string, Trial>> = {
  addresses,
  'slow-clients': slowClients,
  'hung-worker': hungWorker,
  'disk-full': diskFull,
  runbook,
  'previous-release': previousRelease,
}

const USAGE = `npm run trials                 every trial of the limits, one after the other
npm run trials -- NAME …       one or several of them:
${Object.entries(trials)
  .map(([name, { tries }]) => `  ${name.padEnd(16)} ${tries}`)
  .join('\n')}
`

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** @returns whether everything was as it has to be */
async function main(names: readonly string[]): Promise<boolean> {
  let isRight = true
  for (const name of names) {
    const trial = trials[name]
    if (!trial) throw new Error(`There is no trial ${name}`)
    say(`${name}: ${trial.tries}`)
    const startedAt = performance.now()
    const { rows, problems } = await trial.run((text) => say(`  ${text}`))
    say(table([['measured', ''], ...rows.map((row) => [...row])]))
    for (const problem of problems) say(`  WRONG: ${problem}`)
    say(`took ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`)
    isRight &&= problems.length === 0
  }
  return isRight
}

const asked = process.argv.slice(2)
if (asked.includes('--help')) process.stdout.write(USAGE)
else if (!(await main(asked.length > 0 ? asked : Object.keys(trials)))) process.exitCode = 1
