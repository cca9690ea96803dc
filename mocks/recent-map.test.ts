import { expect, test } from 'vitest'
import { createRecentMap } from './recent-map.ts'

test('the last keys are kept, and those long not used are forgotten', () => {
  const map = createRecentMap<number>(10)
  for (let n = 0; n < 100; n += 1) map.set(`k${n}`, n)
  for (let n = 90; n < 100; n += 1) expect(map.get(`k${n}`)).toBe(n)
  for (let n = 0; n < 80; n += 1) expect(map.get(`k${n}`)).toBeUndefined()
})

test('a key that is read now and then is kept', () => {
  const map = createRecentMap<number>(10)
  map.set('often', 1)
  for (let n = 0; n < 100; n += 1) {
    map.set(`k${n}`, n)
    expect(map.get('often')).toBe(1)
  }
})
