import type { Random } from '../random.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Writes English from a vocabulary. */
export interface Writer {
  /** What a model would put into the property of this name. */
  property(name: string): string
  sentence(): string
  /** Three to five sentences. */
  paragraph(): string
  /** One lower-case word. */
  word(): string
}

interface Words {
  phrase(): string
  actor(): string
  verb(): string
}

type Template = (words: Words) => string

const VERBS = [
  'review',
  'track',
  'validate',
  'export',
  'schedule',
  'compare',
  'configure',
  'monitor',
  'approve',
  'update',
]

const TITLES: readonly Template[] = [
  (w) => `${w.verb()} ${w.phrase()}`,
  (w) => `${w.verb()} ${w.phrase()} for ${w.phrase()}`,
  (w) => `${w.phrase()} and ${w.phrase()}`,
  (w) => `reduce the effort of ${w.phrase()}`,
]

const SENTENCES: readonly Template[] = [
  (w) => `The current handling of ${w.phrase()} depends on ${w.phrase()} and leaves ${w.phrase()} open.`,
  (w) => `Changes to ${w.phrase()} have an effect on ${w.phrase()}, so both are checked together.`,
  (w) => `Each ${w.actor()} needs a clear view of ${w.phrase()} before ${w.phrase()} can proceed.`,
  (w) => `The document describes ${w.phrase()} as the main obstacle to ${w.phrase()}.`,
  (w) => `Without a limit on ${w.phrase()}, the cost of ${w.phrase()} grows with every request.`,
  (w) => `A first step is to ${w.verb()} ${w.phrase()}; ${w.phrase()} can follow later.`,
]

const STORIES: readonly Template[] = [
  (w) => `As a ${w.actor()}, I want to ${w.verb()} ${w.phrase()}, so that ${w.phrase()} stays under control.`,
  (w) =>
    `As a ${w.actor()}, I want to see ${w.phrase()} at a glance, so that I can ${w.verb()} ${w.phrase()} in time.`,
  (w) =>
    `As a ${w.actor()}, I need ${w.phrase()} to be reliable, so that ${w.phrase()} does not hold up my work.`,
]

const CRITERIA: readonly Template[] = [
  (w) => `Given ${w.phrase()}, when the ${w.actor()} opens ${w.phrase()}, then ${w.phrase()} is shown.`,
  (w) =>
    `Given an error in ${w.phrase()}, when the ${w.actor()} tries again, then ${w.phrase()} is not doubled.`,
  (w) => `The ${w.actor()} can ${w.verb()} ${w.phrase()} without leaving ${w.phrase()}.`,
  (w) => `A test covers ${w.phrase()} together with ${w.phrase()}.`,
]

const QUESTIONS: readonly Template[] = [
  (w) => `How does ${w.phrase()} affect ${w.phrase()}?`,
  (w) => `Who decides about ${w.phrase()} when ${w.phrase()} is not available?`,
]

/** The property's name says what is in it; the first match counts. */
const KINDS: readonly [
  RegExp,
  (writer: { pick(list: readonly Template[]): string; words: Words }) => string,
][] = [
  [/(^|_)(id|key|slug|ref|code|identifier)s?$|(Id|Key|Slug|Ref)s?$/, ({ words }) => slug(words.phrase())],
  [/title|heading|headline|subject|subtask$|task$/i, ({ pick }) => capital(pick(TITLES))],
  [/accept|criteri|definition_?of_?done|check|test/i, ({ pick }) => pick(CRITERIA)],
  [/narrative|story|stories|persona|goal/i, ({ pick }) => pick(STORIES)],
  [/question/i, ({ pick }) => pick(QUESTIONS)],
  [/kind|type|category|status|priority|severity|topic|tag|label|keyword/i, ({ words }) => words.phrase()],
  [/role|actor|owner|assignee/i, ({ words }) => words.actor()],
  [/name$/i, ({ words }) => capital(words.phrase())],
  [/summary|abstract|reason|note|comment/i, ({ pick }) => pick(SENTENCES)],
  [
    /desc|detail|body|content|text|rationale|analysis|explanation/i,
    ({ pick }) => `${pick(SENTENCES)} ${pick(SENTENCES)}`,
  ],
]

export function createWriter(vocabulary: Vocabulary, random: Random): Writer {
  // A deck, reshuffled when it is empty: neighbouring sentences don't repeat a phrase.
  let deck: string[] = []
  const words: Words = {
    phrase() {
      if (deck.length === 0) deck = shuffled(vocabulary.phrases, random)
      return deck.pop() ?? ''
    },
    actor: () => random.pick(vocabulary.actors),
    verb: () => random.pick(VERBS),
  }
  const pick = (templates: readonly Template[]) => random.pick(templates)(words)
  const sentence = () => pick(SENTENCES)
  return {
    sentence,
    property(name) {
      const kind = KINDS.find(([pattern]) => pattern.test(name))
      return kind === undefined ? sentence() : kind[1]({ pick, words })
    },
    paragraph: () => Array.from({ length: random.int(3, 5) }, sentence).join(' '),
    word: () => words.phrase().split(' ').at(-1)?.toLowerCase() ?? 'item',
  }
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = random.int(0, i)
    const held = result[i] as T
    result[i] = result[j] as T
    result[j] = held
  }
  return result
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function slug(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')
}
