import { createServer } from 'node:http'
import { TIER_FLAGS } from '../../engine/index.ts'

/** The engine's HTTP contract with nothing behind it: every run ends with its first process-next. */
const AT = '2026-11-24T00:00:00.000Z'
let runs = 0

function summary(id: string, status: string): string {
  const progress = { total: 0, completed: 0, failed: 0 }
  const times = { createdAt: AT, startedAt: AT, finishedAt: AT }
  const rest = { phase: 'subtask-generation', flags: TIER_FLAGS[3], pacing: 'normal', progress, error: null }
  return JSON.stringify({ id, status, ...rest, ...times })
}

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    const { method, url = '' } = request
    const created = method === 'POST' && url === '/runs'
    if (created) runs++
    const body = created
      ? summary(`run-${runs}`, 'PENDING')
      : method === 'POST'
        ? '{"state":"finished","status":"COMPLETED"}'
        : summary(url.slice('/runs/'.length), 'COMPLETED')
    response.writeHead(created ? 201 : 200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`)
})
