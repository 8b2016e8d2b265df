import { parseArgs } from 'node:util'

export type Options = {
  readonly seed: number
  /** Requests to each of the things that the service answers, in each of two rounds. */
  readonly runs: number
  /** The second round asks every so many of them: 1, all of them. */
  readonly againEvery: number
  /** Words of the names of targets; null: all of them. */
  readonly only: string | null
}

export const USAGE = `npm run hostile -- [--seed 7] [--runs 60] [--only WORDS]
  --seed  any whole number; the same one sends the same requests
  --runs  requests to each route, form and described operation, in each of two rounds
  --only  tries only what has these words in its name, such as "/donate"\n`

/** @throws TypeError for an unknown option or a value out of range */
export function hostileOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '7' },
      runs: { type: 'string', default: '60' },
      only: { type: 'string' },
    },
  })
  return {
    seed: wholeNumber('seed', values.seed, 0, 2 ** 31 - 1),
    runs: wholeNumber('runs', values.runs, 1, 100_000),
    againEvery: 1,
    only: values.only ?? null,
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new TypeError(`--${name} takes a whole number from ${least} to ${most}`)
}
