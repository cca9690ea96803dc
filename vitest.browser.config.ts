import { defineConfig } from 'vitest/config'

/** `npm run test:browser`: what drives the HTML report in a Chromium. `npm test` needs none. */
export default defineConfig({
  test: {
    include: ['test/browser/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser at a time: each has processes enough for two cores.
    fileParallelism: false,
  },
})
