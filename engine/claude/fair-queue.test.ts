import { expect, test } from 'vitest'
import { FairQueue } from './fair-queue.ts'

function served(queue: FairQueue<string, string>): string[] {
  const order: string[] = []
  for (let item = queue.shift(); item; item = queue.shift()) order.push(item)
  return order
}

test('lanes take turns, and within a lane the first to come is the first to go', () => {
  const queue = new FairQueue<string, string>()
  for (const item of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) queue.add(item.charAt(0), item)
  expect(served(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
})

test('whoever comes to an empty lane waits for one turn of each other lane at most', () => {
  const queue = new FairQueue<string, string>()
  for (let n = 1; n <= 200; n++) queue.add('subtasks', `subtask ${n}`)
  queue.shift()
  queue.add('cards', 'card')
  expect([queue.shift(), queue.shift()]).toEqual(['subtask 2', 'card'])
})

test('one that is taken out costs nobody a turn', () => {
  const queue = new FairQueue<string, string>()
  for (const item of ['a1', 'b1', 'b2']) queue.add(item.charAt(0), item)
  expect(queue.remove('a', 'a1')).toBe(true)
  expect(queue.remove('a', 'a1')).toBe(false)
  expect(queue.peek()).toBe('b1')
  expect(served(queue)).toEqual(['b1', 'b2'])
})
