import reportBuilder from 'junit-report-builder'
import type { BenchResult } from '../result-schema.ts'

/** The checks of a result as JUnit XML, for what shows test results: a suite for each scenario. */
export function renderJunit(result: BenchResult): string {
  const builder = reportBuilder.newBuilder()
  for (const { name, checks } of result.scenarios) {
    const suite = builder.testSuite().name(`tierbench: ${xmlText(name)}`)
    for (const check of checks) {
      const testCase = suite.testCase().className(xmlText(name)).name(xmlText(check.name))
      if (!check.ok) testCase.failure(xmlText(check.detail), 'check')
    }
  }
  return `${builder.build()}\n`
}

/** What XML 1.0 has no way to write, control characters and halves of surrogate pairs, is left out. */
function xmlText(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
}
