import { parseArgs } from 'node:util'

export type Options = {
  readonly seed: number
  readonly donations: number
  readonly months: number
  /** Keep the service running on the rehearsed books. */
  readonly serve: boolean
  readonly port: number
}

export const USAGE = `npm run rehearse -- [--seed 7] [--donations 2000] [--months 14] [--serve] [--port 3000]
  --seed       any whole number; the same one plays the same months again
  --donations  how many gifts are given at least, renewals counted
  --months     from January 2025 on; a yearly gift is renewed in the thirteenth
  --serve      afterwards the service goes on, with a link that signs you in as finance\n`

/** @throws TypeError for what it does not know */
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
    seed: whole('seed', values.seed, 0, 2 ** 32),
    donations: whole('donations', values.donations, 1, 1_000_000),
    // After sixteen the script would come to days that some machine's clock has not seen.
    months: whole('months', values.months, 1, 16),
    serve: values.serve,
    port: whole('port', values.port, 1, 65_535),
  }
}

function whole(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new TypeError(`--${name} takes a whole number from ${least} to ${most}`)
}
