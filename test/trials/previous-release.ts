import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import { problemsOf, type Trial } from './trial.ts'

const run = promisify(execFile)
const HERE = fileURLToPath(new URL('../../', import.meta.url))
/** What makes the database of the tests; it can put a newer schema below an older release, which older ones of it could not. */
const SETUP = 'test/kit/global-setup.ts'
/** Which of its flows; all of them unless some are named. */
const FLOWS = (process.env['PREVIOUS_FLOWS'] ?? 'test/flows').split(' ')
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024

export const previousRelease: Trial = {
  tries:
    'the flows of the release before, its own code, on the schema of this one (needs the history of git; PREVIOUS_RELEASE names another commit)',
  async run(say) {
    const release = process.env['PREVIOUS_RELEASE'] ?? (await releaseBefore())
    if (release === null) return { rows: [['not tried', 'this clone has no earlier state']], problems: [] }
    const folder = await mkdtemp(path.join(tmpdir(), 'reader-donations-previous-'))
    const checkout = path.join(folder, 'checkout')
    await git('worktree', 'add', '--detach', checkout, release)
    try {
      const older = (await git('diff', '--name-only', '--diff-filter=A', release, 'HEAD', '--', 'migrations'))
        .split('\n')
        .filter((name) => name !== '').length
      say(`${await git('log', '-1', '--format=%h of %cs', release)}, which knows ${older} fewer migrations`)
      await install(checkout)
      await copyFile(path.join(HERE, SETUP), path.join(checkout, SETUP))
      const { passed, failed, skipped } = await flowsOf(checkout, path.join(folder, 'report.json'))
      return {
        rows: [
          ['migrations that it does not know', String(older)],
          ['flows passed, failed, skipped', `${passed}, ${failed.length}, ${skipped}`],
        ],
        problems: [
          ...failed.map(({ what }) => `the release before fails on this schema: ${what}`),
          ...problemsOf([passed > 0, 'no flow was tried']),
        ],
      }
    } finally {
      await git('worktree', 'remove', '--force', checkout)
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function git(...args: readonly string[]): Promise<string> {
  return (await run('git', [...args], { cwd: HERE })).stdout.trim()
}

/** The last release that has a tag; without one, the state before the newest migration came. */
async function releaseBefore(): Promise<string | null> {
  const tag = await git('describe', '--tags', '--abbrev=0', 'HEAD^').catch(() => '')
  if (tag !== '') return tag
  const newest = await git('log', '-1', '--diff-filter=A', '--format=%H', '--', 'migrations').catch(() => '')
  if (newest === '') return null
  return git('rev-parse', '--verify', `${newest}^`).catch(() => null)
}

/** The packages of this checkout where the other one names the same ones, else its own. */
async function install(checkout: string): Promise<void> {
  const lockOf = (folder: string) => readFile(path.join(folder, 'package-lock.json'), 'utf8')
  if ((await lockOf(HERE)) === (await lockOf(checkout)))
    await run('cp', ['-al', path.join(HERE, 'node_modules'), checkout])
  else await run('npm', ['ci'], { cwd: checkout, maxBuffer: MOST_OUTPUT_BYTES })
}

const report = z.object({
  numPassedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

/** What fails is tried once more alone: a process that starts beside two others may miss its deadline. */
async function flowsOf(checkout: string, file: string) {
  const first = await runFlows(checkout, file, FLOWS)
  const again = [...new Set(first.failed.map(({ of }) => of))]
  if (again.length === 0) return first
  const second = await runFlows(checkout, file, [...again, '--maxWorkers=1'])
  const passed = first.passed + first.failed.length - second.failed.length
  return { passed, skipped: first.skipped, failed: second.failed }
}

async function runFlows(checkout: string, file: string, which: readonly string[]) {
  const args = ['vitest', 'run', ...which, '--reporter=json', `--outputFile=${file}`]
  const env = { ...process.env, TEST_ON_SCHEMA_OF: HERE }
  // It ends with 1 when a flow failed, which the report says better.
  await run('npx', args, { cwd: checkout, env, maxBuffer: MOST_OUTPUT_BYTES }).catch(() => undefined)
  const { numPassedTests, numPendingTests, testResults } = report.parse(
    JSON.parse(await readFile(file, 'utf8')),
  )
  const failed = testResults.flatMap(({ name, status, assertionResults }) => {
    const of = path.relative(checkout, name)
    const tests = assertionResults.filter((test) => test.status === 'failed')
    if (tests.length > 0) return tests.map(({ fullName }) => ({ of, what: fullName }))
    return status === 'failed' ? [{ of, what: `${of} could not be loaded` }] : []
  })
  return { passed: numPassedTests, skipped: numPendingTests, failed }
}
