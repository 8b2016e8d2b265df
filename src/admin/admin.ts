import { parseArgs } from 'node:util'
import { z } from 'zod'
import { reconciliationCommands } from './reconciliation-commands.ts'
import { writeOffCommands } from './write-off-commands.ts'
import type { AdminDeps, Command, Given } from './command.ts'
import { auditCommands } from './audit-commands.ts'
import { databaseCommands } from './database-commands.ts'
import { inboxCommands } from './inbox-commands.ts'
import { authenticationLogCommands } from './authentication-log-commands.ts'
import { donorCommands } from './donor-commands.ts'
import { importCommands } from './import-commands.ts'
import { mailCommands } from './mail-commands.ts'
import { protectionCommands } from './protection-commands.ts'
import { secretCommands } from './secret-commands.ts'
import { staffCommands } from './staff-commands.ts'
import { tokenCommands } from './token-commands.ts'
import { verificationCommands } from './verification-commands.ts'
import { Refusal } from '../http/refusal.ts'

/** Every command by name; the help text is made of this table. */
const commands: Readonly<Record<string, Command>> = {
  ...staffCommands,
  ...tokenCommands,
  ...authenticationLogCommands,
  ...auditCommands,
  ...databaseCommands,
  ...inboxCommands,
  ...donorCommands,
  ...importCommands,
  ...mailCommands,
  ...protectionCommands,
  ...secretCommands,
  ...reconciliationCommands,
  ...writeOffCommands,
  ...verificationCommands,
}

/** Results go to `stdout`, so that a script can read them; everything else goes to `stderr`. `process` fits this type. */
export type AdminOutput = { readonly stdout: Writer; readonly stderr: Writer }
type Writer = { write(text: string): unknown }

/** @returns the exit code: 0 done, 1 refused or done with a finding that needs attention, 2 the command line is wrong */
export async function runAdmin(
  argv: readonly string[],
  deps: AdminDeps,
  output: AdminOutput,
): Promise<0 | 1 | 2> {
  const [called = '--help', ...rest] = argv
  if (asksForHelp(argv)) {
    output.stdout.write(adminHelp())
    return 0
  }
  const command = Object.hasOwn(commands, called) ? commands[called] : undefined
  if (!command) return refuse(output, [`There is no command ${called}.`])
  const given = optionsFrom(rest, command)
  if (given instanceof Error) return refuse(output, [given.message])
  try {
    const { out, note, code = 0 } = await command.run(deps, given)
    if (out !== undefined) output.stdout.write(`${out}\n`)
    output.stderr.write(`${note}\n`)
    return code
  } catch (error) {
    if (error instanceof z.ZodError)
      return refuse(
        output,
        error.issues.map(({ message }) => message),
      )
    if (!(error instanceof Refusal)) throw error
    output.stderr.write(`${error.message}\n`)
    return 1
  }
}

function optionsFrom(
  args: readonly string[],
  { options: names, flags = [], takesArgument = false }: Command,
): Given | Error {
  try {
    const options = Object.fromEntries([
      ...names.map((option) => [option, { type: 'string' }] as const),
      ...flags.map((flag) => [flag, { type: 'boolean' }] as const),
    ])
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      strict: true,
      allowPositionals: takesArgument,
    })
    if (positionals.length > 1) return new Error(`One word is enough: ${positionals.join(' ')}`)
    return { ...values, ...(takesArgument ? { argument: positionals[0] } : {}) }
  } catch (error) {
    if (error instanceof TypeError) return error
    throw error
  }
}

function refuse({ stderr }: AdminOutput, problems: readonly string[]): 2 {
  stderr.write(`${problems.join('\n')}\nnpm run admin -- --help lists the commands.\n`)
  return 2
}

/** Whether only the help is asked for, which needs no database. */
export function asksForHelp([called = '--help', ...rest]: readonly string[]): boolean {
  return called === '--help' || called === 'help' || rest.includes('--help')
}

export function adminHelp(): string {
  const lines = Object.entries(commands).map(
    ([called, { usage, summary }]) => `  ${called} ${usage}\n      ${summary}\n`,
  )
  return `npm run admin -- COMMAND\n\nWhere SITES names several sites, every command takes --site NAME.\n\n${lines.join('')}`
}
