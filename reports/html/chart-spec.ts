/**
 * A chart as data: what the page's script draws, and what the table beside it shows. Values are in the
 * axis's unit; texts are what a reader sees of them.
 */
export interface ChartSpec {
  readonly id: string
  readonly title: string
  /** What it says, for those who do not see it. */
  readonly summary: string
  readonly rowHeader: string
  readonly labels: readonly string[]
  readonly stacked: boolean
  readonly horizontal: boolean
  /** A line over results in the order of time, its axis not from 0. @default bars */
  readonly line?: boolean
  /** Title of the axis of values, with the unit. */
  readonly axis: string
  readonly series: readonly ChartSeries[]
  /** One for each label, drawn at its end; null for none. */
  readonly ends: { readonly header: string; readonly texts: readonly string[] } | null
}

export interface ChartSeries {
  readonly label: string
  /** Name of the CSS variable that holds its colour in the theme in force. */
  readonly colour: string
  readonly values: readonly number[]
  readonly texts: readonly string[]
}

/** JSON that can stand in a script element: nothing in it ends the element. */
export function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c')
}

/** The CSS variable of a mode's colour. */
export function modeColour(mode: string): string {
  const known = ['sequential', 'batched', 'safe', 'parallel']
  return `--mode-${known.includes(mode) ? mode : 'custom'}`
}
