/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { resultFigures } from '../analysis/result-figures.ts'
import type { BenchResult } from '../result-schema.ts'
import { Page } from './page.tsx'

/** The result as one HTML file that needs nothing beside it and no network. */
export function renderHtml(result: BenchResult): string {
  return `<!doctype html>\n${(<Page figures={resultFigures(result)} />).toString()}\n`
}
