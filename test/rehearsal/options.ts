import { parseArgs } from 'node:util'

export type Options = {
  readonly seed: number
  readonly donations: number
  readonly months: number
  /** Keeps the service running on the rehearsed database. */
  readonly serve: boolean
  readonly port: number
}

export const USAGE = `npm run rehearse -- [--seed 7] [--donations 2000] [--months 14] [--serve] [--port 3000]
  --seed       any whole number; the same one plays the same months again
  --donations  how many gifts are given at least, renewals included
  --months     from January 2025 on; a yearly subscription is renewed in the thirteenth
  --serve      keeps the service running, with a link that signs you in as finance\n`

/** @throws TypeError for an unknown option or a value out of range */
export function rehearsalOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '7' },
      donations: { type: 'string', default: '2000' },
      months: { type: 'string', default: '14' },
      serve: { type: 'boolean', default: false },
      port: { type: 'string', default: '3000' },
    },
  })
  return {
    seed: wholeNumber('seed', values.seed, 0, 2 ** 32),
    donations: wholeNumber('donations', values.donations, 1, 1_000_000),
    // More months would reach days that lie in the future of some machine's clock.
    months: wholeNumber('months', values.months, 1, 16),
    serve: values.serve,
    port: wholeNumber('port', values.port, 1, 65_535),
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new TypeError(`--${name} takes a whole number from ${least} to ${most}`)
}
