import { InvalidArgumentError } from 'commander'

/** So many values are a curve already; a range without an end would never be. */
const MOST_VALUES = 64

/**
 * A parser for commander: whole numbers from 1 on, as a list (`1,2,4`), a range (`1..16`) or both (`1..4,8`).
 * @param most The largest that is let in.
 * @returns them in rising order, each once
 */
export function numberList(most = Number.MAX_SAFE_INTEGER): (text: string) => readonly number[] {
  const upTo = most === Number.MAX_SAFE_INTEGER ? 'from 1' : `from 1 to ${most}`
  const wrong = `Expected whole numbers ${upTo}, at most ${MOST_VALUES} of them, as in 1,2,4 or 1..16.`
  const read = (text: string) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= 1 && value <= most) return value
    throw new InvalidArgumentError(wrong)
  }
  return (text) => {
    const values = new Set<number>()
    for (const part of text.split(',').map((piece) => piece.trim())) {
      const [first = '', last = first, ...more] = part.split('..')
      const [from, to] = [read(first), read(last)]
      if (more.length > 0 || to < from || to - from >= MOST_VALUES) throw new InvalidArgumentError(wrong)
      for (let value = from; value <= to; value++) values.add(value)
    }
    if (values.size > MOST_VALUES) throw new InvalidArgumentError(wrong)
    return [...values].sort((a, b) => a - b)
  }
}
