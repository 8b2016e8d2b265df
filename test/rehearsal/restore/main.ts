import { parseArgs } from 'node:util'
import { rehearse } from './rehearse.ts'
import { ways } from './ways.ts'

const USAGE = `npm run rehearse:restore -- [--way dump|basebackup|archive] [--gifts 10]
  Gives, takes a backup, gives more, destroys the database, restores it, catches up from the offline Stripe and verifies.
  It needs an installed PostgreSQL with its tools (apt install postgresql), or PG_BIN, the folder that holds them.\n`

const say = (text: string): void => void process.stdout.write(text)

try {
  const { values } = parseArgs({
    options: { way: { type: 'string' }, gifts: { type: 'string', default: '10' } },
  })
  const chosen = ways.filter(({ name }) => values.way === undefined || name === values.way)
  const gifts = Number(values.gifts)
  if (chosen.length === 0 || !Number.isInteger(gifts) || gifts < 1)
    throw new TypeError('unknown way or number of gifts')
  for (const way of chosen)
    if (!(await rehearse(way, gifts, say))) {
      say(`${way.name}: NOT everything came back\n`)
      process.exitCode = 1
    }
} catch (error) {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(error instanceof TypeError ? `${error.message}\n${USAGE}` : `${stack}\n`)
  process.exitCode = 1
}
