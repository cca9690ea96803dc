import { defineConfig } from 'vitest/config'

/** `npm run test:browser`: what drives the HTML report in a Chromium. `npm test` needs none. */
export default defineConfig({
  test: {
    include: ['test/browser/*.test.ts'],
    // axe takes seconds for a page of many tables, and more on a machine that is busy.
    testTimeout: 180_000,
    hookTimeout: 60_000,
    // One browser at a time: each has processes enough for two cores.
    fileParallelism: false,
  },
})
