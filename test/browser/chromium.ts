import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** No process of its own for what a test does not need, and nothing that calls home. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** CHROMIUM_PATH, or where Debian and Chrome have it. */
export function chromiumPath(): string | undefined {
  return [process.env.CHROMIUM_PATH, ...PLACES].find(
    (path) => path !== undefined && path !== '' && existsSync(path),
  )
}

export const MISSING_CHROMIUM =
  'Expected a Chromium at CHROMIUM_PATH or /usr/bin/chromium, got none: apt-get install -y chromium (Debian), or set CHROMIUM_PATH to one.'

/** @throws Error with `MISSING_CHROMIUM` */
export function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error(MISSING_CHROMIUM)
  return chromium.launch({ executablePath, headless: true, args: FLAGS })
}
