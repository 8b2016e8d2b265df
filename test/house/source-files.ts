import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

export type Import = {
  /** The path of one of our files below `src/` (`money/money.ts`), or the package's name as written. */
  readonly from: string
  readonly dynamic: boolean
  /** Node erases it. */
  readonly typesOnly: boolean
}

export type SourceFile = {
  /** Relative to `src/`: `money/currency.ts`. */
  readonly name: string
  /** Without comments, so that a comment about a rule does not break it. */
  readonly code: string
  readonly imports: readonly Import[]
}

const STATIC = /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*'([^']+)'|^\s*import\s*'([^']+)'/gm
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g

/** Every TypeScript file below `src/`, with what it imports, types included. */
export const sourceFiles: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .toSorted()
  .map((name) => {
    const text = readFileSync(path.join(SRC, name), 'utf8')
    const code = withoutComments(text)
    const resolve = (address: string) =>
      address.startsWith('.') ? path.posix.join(path.posix.dirname(name), address) : address
    const imports = [
      ...Array.from(code.matchAll(STATIC), ([statement, one, other]) => ({
        from: resolve(one ?? other ?? ''),
        dynamic: false,
        typesOnly: /^\s*(?:import|export) type\b/.test(statement),
      })),
      ...Array.from(code.matchAll(DYNAMIC), ([, one]) => ({
        from: resolve(one ?? ''),
        dynamic: true,
        typesOnly: false,
      })),
    ]
    return { name, code, imports }
  })

/** Block comments, and line comments that begin a line or follow a space; `https://` in a string stays. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}
