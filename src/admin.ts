import { parseArgs } from 'node:util'
import type { Knex } from 'knex'
import { z } from 'zod'
import { createApiToken } from './access/api-token-store.ts'
import { roles } from './access/role.ts'
import { mintSignInLink } from './access/sign-in-link-store.ts'
import { putStaff, staffEmail } from './access/staff-store.ts'
import { replayable, replayEvents } from './webhooks/replay-store.ts'

export type AdminParts = { readonly knex: Knex; readonly clock: () => Date; readonly publicUrl: string }

/** `process` fits. What a script may want to read goes to `stdout`, everything else to `stderr`. */
export type AdminOutput = { readonly stdout: Writer; readonly stderr: Writer }
type Writer = { write(text: string): unknown }

type Command = {
  readonly usage: string
  readonly says: string
  /** Everything that may be given; what must be is for `run` to check. */
  readonly options: readonly string[]
  /** @returns a line for standard output and one for people. @throws ZodError when an option is missing or wrong */
  run(parts: AdminParts, given: Given): Promise<{ readonly out?: string; readonly note: string }>
}
type Given = Readonly<Record<string, unknown>>

const required = (name: string) => `--${name} is needed`
const role = z.enum(roles, { error: `--role must be one of ${roles.join(', ')}` })
const email = z
  .string({ error: required('email') })
  .transform(staffEmail)
  .pipe(z.email('--email must be an e-mail address'))
const name = z
  .string({ error: required('name') })
  .trim()
  .min(1, required('name'))
const replayOptions = z
  .object({
    event: z.string().startsWith('evt_', '--event must be an id such as evt_1Abc').optional(),
    outcome: z.enum(replayable, { error: `--outcome must be one of ${replayable.join(', ')}` }).optional(),
  })
  .refine(({ event, outcome }) => (event === undefined) !== (outcome === undefined), {
    error: 'give either --event or --outcome',
  })

/** The whole table of commands; the help is made of it. */
const commands: Readonly<Record<string, Command>> = {
  'create-staff': {
    usage: `--email you@news.example --role ${roles.join('|')}`,
    says: 'lets somebody into /finance (or changes their role) and prints a link that signs them in',
    options: ['email', 'role'],
    async run({ knex, clock, publicUrl }, given) {
      const staff = await putStaff(knex, z.object({ email, role }).parse(given))
      const { token, expiresAt } = await mintSignInLink(knex, staff.id, clock())
      return {
        out: `${publicUrl}/finance/sign-in/${token}`,
        note: `The link signs ${staff.email} in as ${staff.role}, once, until ${expiresAt.toISOString()}.`,
      }
    },
  },
  'create-token': {
    usage: `--name "what it is for" --role ${roles.join('|')}`,
    says: 'makes a token for the API and prints it; it cannot be shown again',
    options: ['name', 'role'],
    async run({ knex }, given) {
      const token = await createApiToken(knex, z.object({ name, role }).parse(given))
      return { out: token, note: 'Keep it safe: it is not kept here and cannot be shown again.' }
    },
  },
  replay: {
    usage: `--event evt_… | --outcome ${replayable.join('|')}`,
    says: 'has kept events of Stripe applied once more; what was applied already changes nothing',
    options: ['event', 'outcome'],
    async run({ knex }, given) {
      const events = await replayEvents(knex, replayOptions.parse(given))
      return {
        note: events === 1 ? '1 event will be applied again.' : `${events} events will be applied again.`,
      }
    },
  },
}

/** @returns the exit code: 0 done, 2 the command line is wrong. Anything else that fails is thrown. */
export async function runAdmin(
  argv: readonly string[],
  parts: AdminParts,
  output: AdminOutput,
): Promise<0 | 2> {
  const [called = '--help', ...rest] = argv
  if (asksForHelp(argv)) {
    output.stdout.write(adminHelp())
    return 0
  }
  const command = Object.hasOwn(commands, called) ? commands[called] : undefined
  if (!command) return refuse(output, [`There is no command ${called}.`])
  const given = optionsFrom(rest, command.options)
  if (given instanceof Error) return refuse(output, [given.message])
  try {
    const { out, note } = await command.run(parts, given)
    if (out !== undefined) output.stdout.write(`${out}\n`)
    output.stderr.write(`${note}\n`)
    return 0
  } catch (error) {
    if (error instanceof z.ZodError)
      return refuse(
        output,
        error.issues.map(({ message }) => message),
      )
    throw error
  }
}

function optionsFrom(args: readonly string[], names: readonly string[]): Given | Error {
  try {
    const options = Object.fromEntries(names.map((option) => [option, { type: 'string' } as const]))
    return { ...parseArgs({ args: [...args], options, strict: true }).values }
  } catch (error) {
    if (error instanceof TypeError) return error
    throw error
  }
}

function refuse({ stderr }: AdminOutput, problems: readonly string[]): 2 {
  stderr.write(`${problems.join('\n')}\nnpm run admin -- --help says what there is.\n`)
  return 2
}

/** Help needs no database. */
export function asksForHelp([called = '--help', ...rest]: readonly string[]): boolean {
  return called === '--help' || called === 'help' || rest.includes('--help')
}

export function adminHelp(): string {
  const lines = Object.entries(commands).map(
    ([called, { usage, says }]) => `  ${called} ${usage}\n      ${says}\n`,
  )
  return `npm run admin -- COMMAND\n\n${lines.join('')}`
}
