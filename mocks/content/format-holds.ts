import { z } from 'zod'

/** A longer text is of none of them. */
const LONGEST = 1_000

const FORMATS: Readonly<Record<string, z.ZodType>> = {
  'date-time': z.iso.datetime({ offset: true, local: true }),
  date: z.iso.date(),
  duration: z.iso.duration(),
  email: z.email(),
  hostname: z.hostname(),
  uri: z.url(),
  ipv4: z.ipv4(),
  ipv6: z.ipv6(),
  uuid: z.uuid(),
}

/** Whether a text has the format; true for a format that is not known. */
export function formatHolds(format: string, text: string): boolean {
  const schema = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined
  return schema === undefined || (text.length <= LONGEST && schema.safeParse(text).success)
}
