import { expect, test } from 'vitest'
import { createTextMemo, type TextMemo } from './text-memo.ts'

/** As a text that comes twice does. */
function setTwice<T>(memo: TextMemo<T>, text: string, value: T): void {
  memo.set(text, value)
  memo.set(text, value)
}

test('a text that came once is not kept', () => {
  const memo = createTextMemo<number>()
  memo.set('once', 1)
  expect(memo.get('once')).toBeUndefined()
})

test('a text is found again, and no other that only looks like it', () => {
  const memo = createTextMemo<number>()
  const long = 'a'.repeat(10_000)
  setTwice(memo, long, 1)
  expect(memo.get(`${long}`)).toBe(1)
  expect(memo.get(`${long.slice(0, 5_005)}b${long.slice(5_006)}`)).toBeUndefined()
})

test('what was set longest ago goes when there is no more room', () => {
  const memo = createTextMemo<number>()
  for (let n = 0; n < 3_000; n += 1) setTwice(memo, `text ${n}`, n)
  expect(memo.get('text 0')).toBeUndefined()
  expect(memo.get('text 2999')).toBe(2_999)
})

test('long texts are bounded together', () => {
  const memo = createTextMemo<number>()
  for (let n = 0; n < 20; n += 1) setTwice(memo, `${n} ${'a'.repeat(900_000)}`, n)
  const kept = Array.from({ length: 20 }, (_, n) => memo.get(`${n} ${'a'.repeat(900_000)}`)).filter(
    (value) => value !== undefined,
  )
  expect(kept.length).toBeGreaterThan(0)
  expect(kept.length).toBeLessThan(9)
})
