import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const TEST = fileURLToPath(new URL('..', import.meta.url))

const inKit = (name: string): string => path.join(TEST, 'kit', `${name}.ts`)

/** Whoever imports one of these needs a server, a browser, another process or minutes. */
const SERVICES = new Set(['database', 'test-server', 'process', 'browser', 'engines/engines'].map(inKit))
/** Whoever imports one of these takes ten seconds and more: it starts processes or a browser, draws every page or plays months. */
const TAKES_LONG = new Set([
  ...['process', 'browser', 'engines/engines'].map(inKit),
  ...['pages/view-samples.ts', 'rehearsal/rehearsal.ts'].map((name) => path.join(TEST, name)),
])

/** Whoever imports one of these speaks HTTP or SMTP, runs a thread, or draws whole documents. */
const EDGES =
  /^(?:node:(?:http|net|worker_threads)|nock|koa)$|-pdf|\/pdf-|\/stripe-sandbox\/|\/view-samples\.ts$/

type Groups = { readonly rules: string[]; readonly edges: string[]; readonly services: string[] }

/**
 * The test files in three groups: `rules` compute, `edges` also speak over a network or draw documents and need nothing
 * but Node, `services` need a database server, a browser or another process. The group follows from what a file
 * imports, so that nobody has to keep a list.
 */
export function testGroups(): Groups {
  const files = readdirSync(TEST, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  )
  const groups: Groups = { rules: [], edges: [], services: [] }
  for (const name of files.toSorted()) groups[groupOf(path.join(TEST, name))].push(`test/${name}`)
  return groups
}

function groupOf(file: string): keyof Groups {
  if (reaches(file, (one) => SERVICES.has(one))) return 'services'
  return reaches(file, (one) => specifiersOf(one).some((name) => EDGES.test(name))) ? 'edges' : 'rules'
}

/** Test files that take long come first: one of them at the end would run alone. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line no-array-sort -- the sequencer's own method, which changes no array
    const sorted = await super.sort(files)
    const isLong = (one: TestSpecification) => reaches(one.moduleId, (file) => TAKES_LONG.has(file))
    return [...sorted.filter(isLong), ...sorted.filter((one) => !isLong(one))]
  }
}

/** Whether the test file, or a file of the tests that it imports, is one that is looked for. */
function reaches(file: string, isSought: (file: string) => boolean, seen = new Set<string>()): boolean {
  if (seen.has(file) || !file.startsWith(TEST)) return false
  seen.add(file)
  if (isSought(file)) return true
  const imported = specifiersOf(file).filter((name) => /^\.{1,2}\/[\w./-]+\.ts$/.test(name))
  return imported.some((name) => reaches(path.join(path.dirname(file), name), isSought, seen))
}

function specifiersOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/\b(?:from |import\()'([^']+)'/g)].map(([, specifier = '']) => specifier)
}
