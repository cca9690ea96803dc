/** Before the browser tests: one sentence where there is nothing to run them in. */
import { chromiumPath, MISSING_CHROMIUM } from './chromium.ts'

if (chromiumPath() === undefined) {
  process.stderr.write(`${MISSING_CHROMIUM}\n`)
  process.exitCode = 2
}
