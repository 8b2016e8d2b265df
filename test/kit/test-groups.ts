import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const TEST = fileURLToPath(new URL('..', import.meta.url))

const inKit = (name: string): string => path.join(TEST, 'kit', `${name}.ts`)

/** Whoever imports one of these needs a server, a browser, another process or minutes. */
const NEEDS_MORE_THAN_RULES = new Set(['database', 'test-server', 'process', 'browser'].map(inKit))
const TAKES_LONG = new Set(['process', 'browser'].map(inKit))

/**
 * The test files in two groups: `rules` need nothing but Node, `services` need a database server, a browser or another
 * process. The group follows from what a file imports, so that nobody has to keep a list.
 */
export function testGroups(): { readonly rules: string[]; readonly services: string[] } {
  const files = readdirSync(TEST, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  )
  const groups: { rules: string[]; services: string[] } = { rules: [], services: [] }
  for (const name of files.toSorted()) {
    const group = reaches(path.join(TEST, name), NEEDS_MORE_THAN_RULES, new Set())
      ? groups.services
      : groups.rules
    group.push(`test/${name}`)
  }
  return groups
}

/** Test files with a browser or processes of their own come first: one of them at the end would run alone. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line no-array-sort -- the sequencer's own method, which changes no array
    const sorted = await super.sort(files)
    const isLong = (one: TestSpecification) => reaches(one.moduleId, TAKES_LONG, new Set())
    return [...sorted.filter(isLong), ...sorted.filter((one) => !isLong(one))]
  }
}

function reaches(file: string, kit: ReadonlySet<string>, seen: Set<string>): boolean {
  if (kit.has(file)) return true
  if (seen.has(file) || !file.startsWith(TEST)) return false
  seen.add(file)
  return importsOf(file).some((imported) => reaches(imported, kit, seen))
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const specifiers = [...text.matchAll(/\b(?:from |import\()'(\.{1,2}\/[\w./-]+\.ts)'/g)]
  return specifiers.map(([, specifier = '']) => path.join(path.dirname(file), specifier))
}
