import { writeFile } from 'node:fs/promises'
import { openApiDocument } from '../../engine/http/index.ts'
import { EXIT, main } from './main.ts'

/** `npm run openapi`: writes docs/openapi.json from the schemas of the HTTP API. */
await main(async () => {
  const file = new URL('../../docs/openapi.json', import.meta.url)
  await writeFile(file, `${JSON.stringify(openApiDocument(), null, 2)}\n`)
  return EXIT.ok
})
