/** What has been worked out about a text, for as long as there is room. */
export interface TextMemo<T> {
  get(text: string): T | undefined
  set(text: string, value: T): void
}

/** Characters of all remembered texts together: with what hangs on them, some tens of megabytes. */
const MOST_CHARACTERS = 8_000_000
/** A longer text is not remembered. */
const LONGEST_TEXT = 1_000_000
const MOST_TEXTS = 2_000
/** Characters that the fingerprint takes from the beginning, the end and in between. */
const SAMPLES = 64

/** Fingerprints of texts that were set once, at most. */
const MOST_SEEN = 10_000

/**
 * Remembers a text when it is set for the second time, so that ever new ones leave nothing behind. Finds
 * by a fingerprint of some of the characters and then compares all of them: hashing a whole prompt, as a Map
 * does, costs more than everything else that is done for a remembered one. Of texts with the same
 * fingerprint the last is kept; past the limits the one that was set longest ago goes.
 */
export function createTextMemo<T>(): TextMemo<T> {
  const entries = new Map<number, { readonly text: string; readonly value: T }>()
  const seen = new Set<number>()
  let characters = 0
  /** A text is looked for just before it is set. */
  let latest = { text: '', key: 0 }
  const keyOf = (text: string) => {
    if (latest.text !== text) latest = { text, key: fingerprint(text) }
    return latest.key
  }
  const drop = (key: number, text: string) => {
    entries.delete(key)
    characters -= text.length
  }
  return {
    get(text) {
      const entry = entries.get(keyOf(text))
      return entry?.text === text ? entry.value : undefined
    },
    set(text, value) {
      if (text.length > LONGEST_TEXT) return
      const key = keyOf(text)
      const before = entries.get(key)
      if (before === undefined && !seen.has(key)) {
        if (seen.size >= MOST_SEEN) seen.clear()
        seen.add(key)
        return
      }
      if (before !== undefined) drop(key, before.text)
      entries.set(key, { text, value })
      characters += text.length
      if (characters <= MOST_CHARACTERS && entries.size <= MOST_TEXTS) return
      for (const [oldest, entry] of entries) {
        drop(oldest, entry.text)
        if (characters <= MOST_CHARACTERS && entries.size <= MOST_TEXTS) return
      }
    },
  }
}

function fingerprint(text: string): number {
  const { length } = text
  let hash = length
  if (length <= 4 * SAMPLES) {
    for (let i = 0; i < length; i += 1) hash = mix(hash, text.charCodeAt(i))
    return hash
  }
  const step = Math.floor(length / SAMPLES)
  // The beginning twice as far: it is where prompts of one template begin to differ.
  for (let i = 0; i < 4 * SAMPLES; i += 1) hash = mix(hash, text.charCodeAt(i))
  for (let i = 0; i < length; i += step) hash = mix(hash, text.charCodeAt(i))
  for (let i = length - SAMPLES; i < length; i += 1) hash = mix(hash, text.charCodeAt(i))
  return hash
}

function mix(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0
}
