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

interface PickingWriter extends Words {
  pick(templates: readonly Template[]): string
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
const KINDS: readonly [RegExp, (writer: PickingWriter) => string][] = [
  [/(^|_)(id|key|slug|ref|code|identifier)s?$|(Id|Key|Slug|Ref)s?$/, (writer) => slug(writer.phrase())],
  [/title|heading|headline|subject|subtask$|task$/i, (writer) => capital(writer.pick(TITLES))],
  [/accept|criteri|definition_?of_?done|check|test/i, (writer) => writer.pick(CRITERIA)],
  [/narrative|story|stories|persona|goal/i, (writer) => writer.pick(STORIES)],
  [/question/i, (writer) => writer.pick(QUESTIONS)],
  [/kind|type|category|status|priority|severity|topic|tag|label|keyword/i, (writer) => writer.phrase()],
  [/role|actor|owner|assignee/i, (writer) => writer.actor()],
  [/name$/i, (writer) => capital(writer.phrase())],
  [/summary|abstract|reason|note|comment/i, (writer) => writer.pick(SENTENCES)],
  [
    /desc|detail|body|content|text|rationale|analysis|explanation/i,
    (writer) => `${writer.pick(SENTENCES)} ${writer.pick(SENTENCES)}`,
  ],
]

export function createWriter(vocabulary: Vocabulary, random: Random): Writer {
  return new VocabularyWriter(vocabulary, random)
}

class VocabularyWriter implements Writer, PickingWriter {
  // A deck, reshuffled when it is empty: neighbouring sentences don't repeat a phrase.
  private deck: string[] = []

  constructor(
    private readonly vocabulary: Vocabulary,
    private readonly random: Random,
  ) {}

  phrase(): string {
    if (this.deck.length === 0) this.deck = shuffled(this.vocabulary.phrases, this.random)
    return this.deck.pop() ?? ''
  }

  actor(): string {
    return this.random.pick(this.vocabulary.actors)
  }

  verb(): string {
    return this.random.pick(VERBS)
  }

  pick(templates: readonly Template[]): string {
    return this.random.pick(templates)(this)
  }

  sentence(): string {
    return this.pick(SENTENCES)
  }

  property(name: string): string {
    const kind = KINDS.find(([pattern]) => pattern.test(name))
    return kind === undefined ? this.sentence() : kind[1](this)
  }

  paragraph(): string {
    let text = ''
    for (let left = this.random.int(3, 5); left > 0; left -= 1) {
      text += text === '' ? this.sentence() : ` ${this.sentence()}`
    }
    return text
  }

  word(): string {
    return this.phrase().split(' ').at(-1)?.toLowerCase() ?? 'item'
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
