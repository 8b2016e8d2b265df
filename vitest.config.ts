import { defineConfig } from 'vitest/config'

// Where .ci/run wants the counted results; nothing is written without it.
const report = process.env['VITEST_JSON_REPORT']

export default defineConfig({
  test: {
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/kit/global-setup.ts'],
    // Processes, not threads: pg's type parsers and nock change what a whole process shares.
    pool: 'forks',
    maxWorkers: 2,
    // Node runs the TypeScript itself, as it does in production.
    experimental: { viteModuleRunner: false },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
