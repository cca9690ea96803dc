import type { z } from 'zod'

/** All that zod found, on one line: `limits: Unrecognized key: "burst"; rejectMs: Too small: …`. */
export function problemLine(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ')
}
