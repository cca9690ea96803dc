import { readFileSync } from 'node:fs'

/** Ticks of /proc a second: USER_HZ, which is 100 on all that Node runs on. */
const TICKS_PER_SECOND = 100

/** CPU time that a process has taken so far, its threads included, µs; undefined where there is no /proc. */
export function processCpuMicroseconds(pid: number): number | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  // The second field is the command in brackets, which may have spaces in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system] = [Number(fields[11]), Number(fields[12])]
  return ((user + system) * 1_000_000) / TICKS_PER_SECOND
}
