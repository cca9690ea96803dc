import picocolors from 'picocolors'

/** Functions that colour a text, or leave it as it is. */
export type Colours = ReturnType<typeof picocolors.createColors>

export function coloursFor(colour: boolean): Colours {
  return picocolors.createColors(colour)
}
