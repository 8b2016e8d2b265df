import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const TEST = fileURLToPath(new URL('..', import.meta.url))

/** Whoever imports one of these needs a server, a browser, another process or minutes. */
const NEEDS_MORE_THAN_RULES = new Set(
  ['database', 'test-server', 'process', 'browser'].map((name) => path.join(TEST, 'kit', `${name}.ts`)),
)

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
    const group = reachesMore(path.join(TEST, name), new Set()) ? groups.services : groups.rules
    group.push(`test/${name}`)
  }
  return groups
}

function reachesMore(file: string, seen: Set<string>): boolean {
  if (NEEDS_MORE_THAN_RULES.has(file)) return true
  if (seen.has(file) || !file.startsWith(TEST)) return false
  seen.add(file)
  return importsOf(file).some((imported) => reachesMore(imported, seen))
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const specifiers = [...text.matchAll(/\b(?:from |import\()'(\.{1,2}\/[\w./-]+\.ts)'/g)]
  return specifiers.map(([, specifier = '']) => path.join(path.dirname(file), specifier))
}
