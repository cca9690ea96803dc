import { spawn } from 'node:child_process'

/**
 * Opens a file with what the user opens such files with: the program that BROWSER names, or the platform's own
 * opener. Not in CI, where nobody looks, nor with `BROWSER=none`. It does not wait, and a program that is not
 * there is a sentence on standard error and no failure: the file is there all the same.
 */
export async function openFile(path: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (env.CI || env.BROWSER === 'none') return
  const [command = '', ...args] = env.BROWSER ? [env.BROWSER, path] : opener(process.platform, path)
  await new Promise<void>((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true })
    child.once('spawn', () => {
      child.unref()
      resolve()
    })
    child.once('error', (error) => {
      process.stderr.write(`tierbench: ${path} could not be opened with ${command}: ${error.message}\n`)
      resolve()
    })
  })
}

function opener(platform: NodeJS.Platform, path: string): readonly string[] {
  switch (platform) {
    case 'darwin':
      return ['open', path]
    case 'win32':
      // `start` takes its first quoted argument for a title.
      return ['cmd', '/c', 'start', '""', path]
    default:
      return ['xdg-open', path]
  }
}
