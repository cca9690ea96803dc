import type { Random } from '../random.ts'
import { type JsonSchemaObject, UnsupportedSchemaError } from './json-schema.ts'

/** How wide the range is from which a number is taken when the schema leaves it open. */
const SPAN = 9

/** A number within the bounds; from 1 to 10, or near the bound, where the schema leaves it open. */
export function numberOf(schema: JsonSchemaObject, integer: boolean, random: Random): number {
  const step = schema.multipleOf ?? (integer ? 1 : undefined)
  const low = Math.max(schema.minimum ?? -Infinity, schema.exclusiveMinimum ?? -Infinity)
  const high = Math.min(schema.maximum ?? Infinity, schema.exclusiveMaximum ?? Infinity)
  const valid = (value: number) =>
    value >= (schema.minimum ?? -Infinity) &&
    value <= (schema.maximum ?? Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity) &&
    value < (schema.exclusiveMaximum ?? Infinity) &&
    (!integer || Number.isInteger(value)) &&
    (schema.multipleOf === undefined || isMultipleOf(value, schema.multipleOf))
  const found =
    step === undefined ? between(low, high, random, valid) : stepped(low, high, step, random, valid)
  if (found === undefined) {
    throw new UnsupportedSchemaError(
      `no number found between ${low} and ${high}${step ? ` in steps of ${step}` : ''}`,
    )
  }
  return found
}

export function isMultipleOf(value: number, step: number): boolean {
  return Number.isInteger(value / step)
}

function open(low: number, high: number, span: number): readonly [number, number] {
  const from = low > 1 ? low : high < 1 ? Math.max(low, high - span) : 1
  return [from, Math.min(high, from + span)]
}

function between(low: number, high: number, random: Random, valid: (value: number) => boolean) {
  const [from, to] = open(low, high, SPAN)
  const value = from + (to - from) * (0.05 + 0.9 * random.next())
  return [Math.round(value * 100) / 100, value, from, to].find(valid)
}

function stepped(low: number, high: number, step: number, random: Random, valid: (value: number) => boolean) {
  const [from, to] = open(low / step, high / step, SPAN)
  const first = Math.ceil(from) - 1
  const last = Math.floor(to) + 1
  const start = random.int(first + 1, Math.max(first + 1, last - 1))
  // Steps such as 0.1 are not exact, so a candidate is tried rather than reckoned.
  for (let i = 0; i <= last - first; i += 1) {
    const multiple = first + ((start - first + i) % (last - first + 1))
    const value = Number((multiple * step).toPrecision(15))
    if (valid(value)) return value === 0 ? 0 : value
  }
  return undefined
}
