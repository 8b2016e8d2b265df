import { defineConfig } from 'vitest/config'
import { LongFilesFirst, testGroups } from './test/kit/test-groups.ts'

// Where .ci/run wants the counted results; nothing is written without it.
const report = process.env['VITEST_JSON_REPORT']
const { rules, edges, services } = testGroups()
const globalSetup = ['test/kit/global-setup.ts']
// A project has processes of its own, each of which loads the service again. So everything together is one project, and the
// groups are three where somebody names a group or a file, which may then need no database server.
const isWhole = process.argv
  .slice(2)
  .every((argument) => argument === 'run' || /^-(?!-project)/.test(argument))

export default defineConfig({
  test: {
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    // Processes, not threads: pg's type parsers and nock change what a whole process shares.
    pool: 'forks',
    // One more than the two cores of a small machine: tests also wait, for the browser and for processes that start.
    maxWorkers: 3,
    sequence: { sequencer: LongFilesFirst },
    // Test files of a worker share one process: starting one and loading the SDK again costs more than most files run.
    isolate: false,
    // Node runs the TypeScript itself, as it does in production.
    experimental: { viteModuleRunner: false },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    ...(isWhole
      ? { include: ['test/**/*.test.ts'], globalSetup }
      : {
          projects: [
            { extends: true, test: { name: 'rules', include: rules } },
            { extends: true, test: { name: 'edges', include: edges } },
            { extends: true, test: { name: 'services', include: services, globalSetup } },
          ],
        }),
  },
})
