/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { VerifyResult } from '../verify-schema.ts'
import { VerifyPage } from './verify-page.tsx'

/** The verdict as one HTML file that needs nothing beside it and no network. */
export function renderVerifyHtml(result: VerifyResult): string {
  return `<!doctype html>\n${(<VerifyPage result={result} />).toString()}\n`
}
