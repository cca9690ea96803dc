// What a request is in PostgreSQL's protocol, message by message.
import { serialize } from 'pg-protocol'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type DatabaseServer, startDatabaseServer } from '../bench/environment/index.ts'
import { answers, openProxiedDatabase, type ProxiedDatabase, socketOf } from './database-proxy-world.ts'

let server: DatabaseServer
let opened: ProxiedDatabase
beforeAll(async () => {
  server = await startDatabaseServer()
})
afterEach(() => opened.close())
afterAll(() => server.close())

async function open(): Promise<ProxiedDatabase> {
  opened = await openProxiedDatabase(server)
  return opened
}

const bindAndExecute = (text: string) => [
  serialize.parse({ name: '', text, types: [] }),
  serialize.bind({}),
  serialize.execute({}),
]

test('several batches sent at once are several round trips, all but the first pipelined', async () => {
  const { connect, counts, proxy } = await open()
  const socket = socketOf(await connect())
  const answered = answers(socket, 3)
  const batch = [...bindAndExecute('SELECT 1 FROM "Run"'), serialize.sync()]
  socket.write(Buffer.concat([...batch, ...batch, ...batch]))
  expect(await answered).toBe('12CZ12CZ12CZ')
  expect(counts()).toEqual({ 'SELECT Run': 3 })
  expect(proxy.stats.roundTrips).toMatchObject({ count: 3, pipelined: 2 })
})

test('an error in a batch of several statements is one round trip that failed', async () => {
  const { connect, proxy } = await open()
  const socket = socketOf(await connect())
  const answered = answers(socket, 2)
  const statements = ['SELECT 1/0 FROM (SELECT 1) AS "one"', 'SELECT 1 FROM "Run"'].flatMap(bindAndExecute)
  socket.write(Buffer.concat([...statements, serialize.sync(), serialize.query('SELECT 1 FROM "Card"')]))
  expect((await answered).replace(/[TDC]/g, '')).toBe('1EZZ')
  expect(proxy.stats.shapes.map(({ shape, count, failed }) => [shape, count, failed])).toEqual([
    ['SELECT +1', 1, 1],
    ['SELECT Card', 1, 0],
  ])
})

test('what is flushed is a round trip of its own: preparing, then executing', async () => {
  const { connect, counts, proxy } = await open()
  const socket = socketOf(await connect())
  const [parse, bind, execute] = bindAndExecute('SELECT 1 FROM "Run"') as [Buffer, Buffer, Buffer]
  const prepared = answers(socket, 1, 'T')
  socket.write(Buffer.concat([parse, serialize.describe({ type: 'S' }), serialize.flush()]))
  expect(await prepared).toBe('1tT')
  const executed = answers(socket)
  socket.write(Buffer.concat([bind, execute, serialize.sync()]))
  expect(await executed).toBe('2CZ')
  expect(counts()).toEqual({ 'PREPARE SELECT Run': 1, 'SELECT Run': 1 })
  expect(proxy.stats.roundTrips.pipelined).toBe(0)
})

test.each([
  ['done', serialize.copyDone(), 'CZ', 0],
  ['given up', serialize.copyFail('enough'), 'EZ', 1],
])('COPY FROM STDIN is its statement and its data: %s', async (_, end, answer, failed) => {
  const { connect, counts, proxy } = await open()
  const client = await connect()
  await client.query('CREATE TABLE words (word text)')
  proxy.reset()
  const socket = socketOf(client)
  const began = answers(socket, 1, 'G')
  socket.write(serialize.query('COPY words FROM STDIN'))
  await began
  const ended = answers(socket)
  for (let line = 0; line < 100; line++) socket.write(serialize.copyData(Buffer.from(`word ${line}\n`)))
  socket.write(end)
  expect(await ended).toBe(answer)
  expect(counts()).toEqual({ 'COPY words': 1, COPY: 1 })
  expect(proxy.stats.roundTrips).toMatchObject({ simple: 1, copy: 1, failed, underWay: 0 })
})

test('COPY FROM STDIN in the extended protocol is the same two: its first Sync is not answered', async () => {
  const { connect, counts, proxy } = await open()
  const client = await connect()
  await client.query('CREATE TABLE words (word text)')
  proxy.reset()
  const socket = socketOf(client)
  const began = answers(socket, 1, 'G')
  socket.write(Buffer.concat([...bindAndExecute('COPY words FROM STDIN'), serialize.sync()]))
  expect(await began).toBe('12G')
  const ended = answers(socket, 2)
  const data = serialize.copyData(Buffer.from('word\n'))
  const query = serialize.query('SELECT 1 FROM words')
  socket.write(Buffer.concat([data, serialize.copyDone(), serialize.sync(), query]))
  expect(await ended).toBe('CZTDCZ')
  expect(counts()).toEqual({ 'COPY words': 1, COPY: 1, 'SELECT words': 1 })
  expect(proxy.stats.roundTrips).toMatchObject({ underWay: 0, unanswered: 0 })
})

test('COPY TO STDOUT is one round trip', async () => {
  const { connect, counts } = await open()
  const socket = socketOf(await connect())
  const answered = answers(socket)
  socket.write(serialize.query('COPY (SELECT 1) TO STDOUT'))
  expect(await answered).toBe('HdcCZ')
  expect(counts()).toEqual({ COPY: 1 })
})
