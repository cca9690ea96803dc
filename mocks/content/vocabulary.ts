/** What a text is about. */
export interface Vocabulary {
  /** Noun phrases of one to three words, the most telling first. */
  readonly phrases: readonly string[]
  /** Who acts in it. */
  readonly actors: readonly string[]
}

const FALLBACK = ['the request', 'the input', 'the expected result', 'the current process', 'the next step']
const ACTORS = [
  'user',
  'customer',
  'administrator',
  'operator',
  'developer',
  'manager',
  'analyst',
  'agent',
  'reviewer',
  'support engineer',
]
const MAX_PHRASES = 80
const ENOUGH_PHRASES = 10
const MAX_WORDS = 3

/** Words that end a phrase: grammar, and what prompts and their JSON say about themselves. */
const STOP_WORDS = new Set(
  `a about above across after again against all also although always among an and any are as at be became because been
  before being below between both but by can cannot could did do does doing done down during each either else
  even ever every few first for from further get gets give given gives go goes got had has have having he her here
  hers him his how however i if in into is it its itself just keep kept last least less let like made make makes many may me
  means might more most much must my need needs neither never next no nor not nothing now of off often on once one
  only or other others our out over own per rather same see sees several shall she should since so some such take takes than that the
  their them themselves then there these they this those three through thus to too two under until up upon us use used uses
  using very via was we were what when where whether which while who whom whose why will with within without would
  yes yet you your yours answer answers document documents text write writes return returns json schema following list
  item items exactly output input inputs title summary description narrative kind type id name names acceptance criteria card cards epic
  epics story stories subtask subtasks upload please based provide generate analyse analyze find add adds allow
  allows become becomes call calls come comes happen happens include includes happened run runs show shows start
  starts stop stops work works want wants wait waits waiting know knows tell tells try tries ask asks
  lead leads say says said true false null new good bad instead still already later cause causes caused
  reach reaches miss misses need needed know known`.split(/\s+/),
)

/**
 * Takes the noun phrases from a text, after RAKE (rapid automatic keyword extraction): the runs of words
 * between stop words and punctuation, ranked by how often they come and how long they are.
 * @param most Of a longer text only so many characters are looked at: its beginning, middle and end.
 */
export function vocabularyOf(text: string, most = Infinity): Vocabulary {
  const subject = excerptOf(subjectOf(text), most)
  const counts = countPhrases(subject)
  const ranked = Array.from(counts, ([phrase, count]) => ({ phrase, count, score: score(phrase, count) }))
  ranked.sort((a, b) => b.score - a.score)
  // A lone word that comes only once is as likely a verb as a noun.
  const telling = ranked.filter(({ phrase, count }) => count > 1 || phrase.includes(' '))
  const chosen = telling.length < ENOUGH_PHRASES ? ranked : telling
  const phrases = chosen.slice(0, MAX_PHRASES).map(({ phrase }) => phrase)
  const lower = subject.toLowerCase()
  const actors = ACTORS.filter((actor) => lower.includes(actor))
  return {
    phrases: phrases.length < FALLBACK.length ? [...phrases, ...FALLBACK] : phrases,
    actors: actors.length === 0 ? ACTORS.slice(0, 3) : actors,
  }
}

function score(phrase: string, count: number): number {
  let words = 1
  for (let space = phrase.indexOf(' '); space >= 0; space = phrase.indexOf(' ', space + 1)) words += 1
  return count * words
}

function excerptOf(text: string, most: number): string {
  if (text.length <= most) return text
  const part = Math.floor(most / 3)
  const middle = Math.floor((text.length - part) / 2)
  return [text.slice(0, part), text.slice(middle, middle + part), text.slice(-part)].join('\n')
}

/** Prompts put a document between tags; where they do, it says more than the instructions around it. */
function subjectOf(text: string): string {
  if (!text.includes('</')) return text
  const tagged = Array.from(text.matchAll(/<([a-z][\w-]*)[^>]*>([\s\S]*?)<\/\1>/gi), (match) => match[2])
  const subject = tagged.join('\n')
  return subject.length >= 100 ? subject : text
}

/** How often each phrase comes. */
function countPhrases(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  let run: string[] = []
  let start = 0
  for (let at = 0; at <= text.length; at += 1) {
    const kind = at === text.length ? KIND.end : kindAt(text, at)
    if (kind === KIND.letter) continue
    const word = at > start ? normalize(text.slice(start, at)) : undefined
    if (word !== undefined) run.push(word)
    if (run.length > 0 && (kind === KIND.end || (word === undefined && at > start))) {
      // The head of an English noun phrase is its end.
      const phrase = run.slice(-MAX_WORDS).join(' ')
      counts.set(phrase, (counts.get(phrase) ?? 0) + 1)
      run = []
    }
    start = at + 1
  }
  return counts
}

/** What a character does: belong to a word, end a word, or end a phrase. */
const KIND = { letter: 0, space: 1, end: 2 } as const

const ASCII_KINDS = Array.from({ length: 128 }, (_, code) => kindOf(String.fromCharCode(code)))

function kindAt(text: string, at: number): number {
  const kind = ASCII_KINDS[text.charCodeAt(at)]
  if (kind !== undefined) return kind
  // The second half of a character is what the first is.
  const first =
    /[\uDC00-\uDFFF]/.test(text.charAt(at)) && (text.codePointAt(at - 1) ?? 0) > 0xffff ? at - 1 : at
  return kindOf(String.fromCodePoint(text.codePointAt(first) ?? 0))
}

function kindOf(character: string): number {
  if (/[\p{L}\p{N}'’-]/u.test(character)) return KIND.letter
  return /\s/.test(character) && character !== '\n' ? KIND.space : KIND.end
}

/** Words come again and again; past this many all are forgotten. */
const MOST_WORDS_KNOWN = 50_000
const LONGEST_KEPT = 40
/** Null for what is no word. */
const knownWords = new Map<string, string | null>()

function normalize(raw: string): string | undefined {
  const known = knownWords.get(raw)
  if (known !== undefined) return known ?? undefined
  if (knownWords.size >= MOST_WORDS_KNOWN) knownWords.clear()
  const word = normalized(raw)
  if (raw.length <= LONGEST_KEPT) knownWords.set(raw, word ?? null)
  return word
}

function normalized(raw: string): string | undefined {
  const word = raw.replace(/^['’-]+|['’-]+$/g, '').replace(/['’]s$/, '')
  if (/^[A-Z][A-Z0-9]{1,5}$/.test(word)) return word
  const lower = word.toLowerCase()
  if (!/^\p{L}[\p{L}\p{N}'’-]{2,29}$/u.test(lower) || STOP_WORDS.has(lower) || lower.endsWith('ly'))
    return undefined
  return lower
}
