/** One line of the text form of Prometheus. */
export interface Metric {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Longer than this, a process is too busy to be asked, real ms. */
const PATIENCE_MS = 900

/** @returns undefined where nothing answers in time */
export async function scrapeMetrics(url: string): Promise<readonly Metric[] | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
    return response.ok ? parseMetrics(await response.text()) : undefined
  } catch {
    return undefined
  }
}

/** Values that are no number, and lines that are none of this form, are left out. */
export function parseMetrics(text: string): Metric[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? []
    if (name === undefined || !Number.isFinite(Number(value))) return []
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text])
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }]
  })
}

/** The sum of all lines of that name whose labels are these; undefined where there is none. */
export function metricSum(
  metrics: readonly Metric[] | undefined,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = metrics?.filter(
    (metric) =>
      metric.name === name && Object.entries(labels).every(([key, value]) => metric.labels[key] === value),
  )
  return found?.length ? found.reduce((sum, { value }) => sum + value, 0) : undefined
}
