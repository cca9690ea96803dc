import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../run/index.ts'

/** A change of the sources that is kept as a patch, with what is said of it above the diff. */
export interface Patch<Header> {
  /** The patch's file name without its ending. */
  readonly name: string
  readonly file: string
  readonly header: Header
}

/**
 * Reads the patches of a folder, by name. Above its diff each has a line `Name: value` for every field.
 * @param header What must stand above the diff.
 * @throws UsageError where a patch has no such header, or the folder no patch
 */
export async function readPatches<Fields extends z.ZodRawShape>(
  folder: string,
  header: z.ZodObject<Fields, z.core.$strict>,
): Promise<Patch<z.infer<z.ZodObject<Fields, z.core.$strict>>>[]> {
  let files: string[]
  try {
    files = (await readdir(folder)).filter((file) => file.endsWith('.patch')).sort()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`expected a folder of patches, got ${folder}: ${reason}`)
  }
  if (files.length === 0) throw new UsageError(`expected a folder of patches, got ${folder}, which has none`)
  return Promise.all(
    files.map(async (name) => {
      const file = join(folder, name)
      return { name: basename(file, '.patch'), file, header: await readHeader(file, header) }
    }),
  )
}

async function readHeader<Fields extends z.ZodRawShape>(
  file: string,
  header: z.ZodObject<Fields, z.core.$strict>,
): Promise<z.infer<z.ZodObject<Fields, z.core.$strict>>> {
  const [head = ''] = (await readFile(file, 'utf8')).split(/^diff --git /m)
  const lines = head.split('\n').filter((line) => line !== '')
  const fields = lines.map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)])
  const parsed = header.safeParse(Object.fromEntries(fields))
  if (parsed.success) return parsed.data
  const names = new Intl.ListFormat('en-GB').format(Object.keys(header.shape))
  const problems = z.prettifyError(parsed.error).replaceAll('\n', ' ')
  throw new UsageError(`${file}: expected the lines ${names} above the diff: ${problems}`)
}
