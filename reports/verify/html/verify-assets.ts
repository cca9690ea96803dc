import { readFileSync } from 'node:fs'
import { readStyles } from '../../html/assets.ts'

/** The styles of the bench's page, and those of this one. */
export function readVerifyStyles(): string {
  return `${readStyles()}\n${read('verify.css')}`
}

/** The script that switches the theme. */
export function readVerifyClient(): string {
  return read('verify-client.js')
}

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}
