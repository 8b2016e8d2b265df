import { expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { sourceFiles } from './source-files.ts'

it('src imports only packages that npm ci --omit=dev installs', () => {
  const installed = new Set(Object.keys(manifest.dependencies))
  const missing = sourceFiles.flatMap(({ name, imports }) =>
    imports
      .filter(({ from }) => !/\.(ts|css)$/.test(from) && !from.startsWith('node:'))
      .filter(({ from }) => !installed.has(packageOf(from)))
      .map(({ from }) => `${name}: ${from}`),
  )
  expect(missing).toEqual([])
})

it('npm ci --omit=dev installs no package that src does not use', () => {
  const imported = new Set(sourceFiles.flatMap(({ imports }) => imports.map(({ from }) => packageOf(from))))
  // The files of fonts are read, not imported.
  const used = (name: string) => imported.has(name) || name.startsWith('@fontsource/')
  expect(Object.keys(manifest.dependencies).filter((name) => !used(name))).toEqual([])
})

/** `hono/html` belongs to the package `hono`, `@koa/router` to itself. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
