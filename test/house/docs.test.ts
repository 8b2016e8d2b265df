import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sourceFiles } from './source-files.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const guides = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md']
const docs = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
const pages = [...guides, ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]
const textOf = (page: string) => readFileSync(path.join(ROOT, page), 'utf8')

it('every relative link and picture in the documentation leads to a file', () => {
  const broken = pages.flatMap((page) =>
    [...textOf(page).matchAll(/(?:\]\(|src=")(?!https?:|mailto:|#)([^)#\s"]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(path.join(ROOT, path.dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  )
  expect(broken).toEqual([])
})

it('every picture of the documentation is shown by one of its pages', () => {
  const shown = pages.map(textOf).join('\n')
  const pictures = docs.filter((name) => name.startsWith('images/') && name.endsWith('.png'))
  expect(pictures.length).toBeGreaterThan(1)
  expect(pictures.filter((name) => !shown.includes(name))).toEqual([])
})

it('every source file that the architecture and the recipes name exists', () => {
  const names = sourceFiles.map(({ name }) => name)
  const missing = ['docs/architecture.md', 'CONTRIBUTING.md'].flatMap((page) =>
    [...textOf(page).matchAll(/`(?:src\/)?([a-z-]+(?:\/[a-z-]+)*\.ts)`/g)]
      .map(([, name = '']) => name)
      .filter((name) => !name.startsWith('test/'))
      // A file after the first of its room is named alone.
      .filter((name) => !names.some((known) => known === name || known.endsWith(`/${name}`)))
      .map((name) => `${page}: ${name}`),
  )
  expect(missing).toEqual([])
})

it('every file that a comment names exists', () => {
  const folders = ['src', 'test'].map((name) => path.join(ROOT, name))
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(folder, name)),
  )
  // Named as the file itself would import it, below `src/`, or from the root.
  const exists = (file: string, name: string) =>
    [path.dirname(file), path.join(ROOT, 'src'), ROOT].some((from) => existsSync(path.join(from, name)))
  const missing = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:\/\*\*|^ *\*|\/\/).*$/gm)]
      .flatMap(([comment]) => [...comment.matchAll(/`([a-z-]+(?:\/[a-z-]+)+\.ts)`/g)])
      .map(([, name = '']) => name)
      .filter((name) => !exists(file, name))
      .map((name) => `${path.relative(ROOT, file)}: ${name}`),
  )
  expect(files.length).toBeGreaterThan(1000)
  expect(missing).toEqual([])
})

it('the architecture lists every room', () => {
  const architecture = textOf('docs/architecture.md')
  const rooms = new Set(sourceFiles.map(({ name }) => name.split('/')[0] ?? ''))
  const unlisted = [...rooms].filter(
    (room) => !architecture.includes(`\`${room}${room.endsWith('.ts') ? '' : '/'}\``),
  )
  expect(unlisted).toEqual([])
})
