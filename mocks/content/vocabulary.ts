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
 */
export function vocabularyOf(text: string): Vocabulary {
  const subject = subjectOf(text)
  const counts = new Map<string, number>()
  for (const fragment of subject.split(/[^\p{L}\p{N}'’\-\s]+|\n+/u)) {
    for (const phrase of phrasesOf(fragment)) counts.set(phrase, (counts.get(phrase) ?? 0) + 1)
  }
  const score = ([phrase, count]: readonly [string, number]) => count * phrase.split(' ').length
  const ranked = [...counts].sort((a, b) => score(b) - score(a))
  // A lone word that comes only once is as likely a verb as a noun.
  const telling = ranked.filter(([phrase, count]) => count > 1 || phrase.includes(' '))
  const chosen = telling.length < ENOUGH_PHRASES ? ranked : telling
  const phrases = chosen.slice(0, MAX_PHRASES).map(([phrase]) => phrase)
  const lower = subject.toLowerCase()
  const actors = ACTORS.filter((actor) => lower.includes(actor))
  return {
    phrases: phrases.length < FALLBACK.length ? [...phrases, ...FALLBACK] : phrases,
    actors: actors.length === 0 ? ACTORS.slice(0, 3) : actors,
  }
}

/** Prompts put a document between tags; where they do, it says more than the instructions around it. */
function subjectOf(text: string): string {
  const tagged = Array.from(text.matchAll(/<([a-z][\w-]*)[^>]*>([\s\S]*?)<\/\1>/gi), (match) => match[2])
  const subject = tagged.join('\n')
  return subject.length >= 100 ? subject : text
}

function phrasesOf(fragment: string): string[] {
  const phrases: string[] = []
  let run: string[] = []
  const close = () => {
    // The head of an English noun phrase is its end.
    if (run.length > 0) phrases.push(run.slice(-MAX_WORDS).join(' '))
    run = []
  }
  for (const raw of fragment.split(/\s+/)) {
    const word = normalize(raw)
    if (word === undefined) close()
    else run.push(word)
  }
  close()
  return phrases
}

/** Words come again and again; past this many all are forgotten. */
const MOST_WORDS_KNOWN = 50_000
const LONGEST_KEPT = 40
const knownWords = new Map<string, string | undefined>()

function normalize(raw: string): string | undefined {
  if (knownWords.has(raw)) return knownWords.get(raw)
  if (knownWords.size >= MOST_WORDS_KNOWN) knownWords.clear()
  const word = normalized(raw)
  if (raw.length <= LONGEST_KEPT) knownWords.set(raw, word)
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
