import { parseArgs } from 'node:util'

const PARTS = ['intake', 'checkout', 'reconcile', 'start'] as const
export type Part = (typeof PARTS)[number]

export type BenchOptions = {
  readonly parts: readonly Part[]
  /** How often each contender's turn comes, and how long it is. */
  readonly rounds: number
  readonly sliceMs: number
  readonly connections: readonly number[]
  readonly profile: boolean
}

export const USAGE = `npm run bench -- [intake] [checkout] [reconcile] [start] [--rounds 20] [--seconds 0.5] [--connections 1,8,32,128] [--profile]
  --profile  what our process spends its time on, after the intake's rounds\n`

/** @throws TypeError for what it does not know */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '0.5' },
      connections: { type: 'string', default: '1,8,32,128' },
      profile: { type: 'boolean', default: false },
    },
  })
  const named = positionals.map(partNamed)
  return {
    parts: named.length > 0 ? named : PARTS,
    rounds: positive(values.rounds),
    sliceMs: positive(values.seconds) * 1000,
    connections: values.connections.split(',').map(positive),
    profile: values.profile,
  }
}

function partNamed(name: string): Part {
  const part = PARTS.find((known) => known === name)
  if (!part) throw new TypeError(`there is no benchmark ${name}`)
  return part
}

function positive(text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new TypeError(`${text} is no number above zero`)
  return number
}
