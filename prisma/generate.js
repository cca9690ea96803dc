// Run by `npm install`: generates the Prisma clients, ours into prisma/generated. Plain JavaScript, since
// nothing else of the project is ready yet. Quiet when it works, loud and non-zero when it fails.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const cli = join(dirname(createRequire(import.meta.url).resolve('prisma/package.json')), 'build', 'index.js')
for (const schema of ['prisma/schema.prisma', 'examples/foreign-app/prisma/schema.prisma']) {
  const args = [cli, 'generate', '--no-hints', '--schema', schema]
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  })
  if (status !== 0) {
    console.error(`tierbench: generating the Prisma client of ${schema} failed (node ${process.version}).`)
    console.error(error?.message ?? `${stdout}${stderr}`)
    process.exit(1)
  }
}
