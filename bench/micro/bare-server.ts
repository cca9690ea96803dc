import { createServer } from 'node:http'

/**
 * The ceiling: reads the request and sends what it was given, with nothing in between.
 * Run with the fixed answers as JSON in its first argument: `{ whole, streamed }`.
 */
const { whole, streamed } = JSON.parse(process.argv[2] ?? '{}') as { whole: string; streamed: string }
const server = createServer((request, response) => {
  let stream = false
  request.on('data', (chunk: Buffer) => {
    // What is asked for stands at the beginning of the body, as the benchmark writes it.
    stream ||= chunk.subarray(0, 40).includes('"stream":true')
  })
  request.on('end', () => {
    const body = stream ? streamed : whole
    response.writeHead(200, {
      'content-type': stream ? 'text/event-stream' : 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}`)
})
