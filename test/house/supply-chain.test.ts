import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** What is installed and run by CI is what somebody has looked at. */

const root = new URL('../../', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, root), 'utf8')

test('every action of the workflows is named by the hash of a commit', () => {
  const folder = '.github/workflows/'
  const uses = readdirSync(new URL(folder, root)).flatMap((name) => [
    ...read(folder + name).matchAll(/uses:\s*(\S+)/g),
  ])
  expect(uses.length).toBeGreaterThan(0)
  for (const [, action] of uses) expect(action).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/)
})

test('every package of the lock file comes from the registry, and what is always installed has its hash', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<
      string,
      { resolved?: string; integrity?: string; optional?: boolean; inBundle?: boolean }
    >
  }
  const strange = Object.entries(packages).filter(
    ([place, { resolved = 'https://registry.npmjs.org/', integrity, optional, inBundle }]) =>
      place !== '' &&
      (!resolved.startsWith('https://registry.npmjs.org/') ||
        !(integrity?.startsWith('sha512-') || optional || inBundle)),
  )
  expect(strange.map(([place]) => place)).toEqual([])
})

test('every dependency has an exact version', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >
  const versions = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })
  for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
})

test.each([
  ['a registry that cannot be asked', { message: '405 Method Not Allowed' }, 0, 'NOT DONE'],
  ['no weakness', { metadata: { vulnerabilities: { high: 0, critical: 0, total: 0 } } }, 0, '0 grave'],
  ['a light one', { metadata: { vulnerabilities: { high: 0, critical: 0, total: 2 } } }, 0, '2 others'],
  ['a grave one', { metadata: { vulnerabilities: { high: 1, critical: 0, total: 1 } } }, 1, '1 grave'],
])('CI judges %s', (_, answer, status, says) => {
  const script = new URL('.ci/audit-outcome.mjs', root).pathname
  const ran = spawnSync(process.execPath, [script], { input: JSON.stringify(answer), encoding: 'utf8' })
  expect([ran.status, ran.stdout]).toEqual([status, expect.stringContaining(says)])
})
