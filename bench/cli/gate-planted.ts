import { Command } from 'commander'
import {
  type PlantedRegression,
  type PlantedVerdict,
  readPlanted,
  runPlanted,
} from '../gate/planted/index.ts'
import { UsageError } from '../run/index.ts'
import { parseCommand } from './command.ts'
import { EXIT, main } from './main.ts'

/** `npm run gate:planted`: whether the gate catches the regressions that are planted, and names their place. */
async function gatePlanted(signal: AbortSignal): Promise<number> {
  const command = new Command('npm run gate:planted --')
    .description(
      'Plants regressions in copies of the sources and has the exact gate judge them: 0 where all are caught and explained by the right place, else 1.',
    )
    .option('--only <names>', 'comma-separated')
    .option('--list', 'list the regressions')
  parseCommand(command, process.argv.slice(2))
  const { only, list } = command.opts<{ only?: string; list?: boolean }>()
  const chosen = choose(await readPlanted(), only)
  if (list) {
    for (const { name, gate, plants } of chosen) process.stdout.write(`${name} (${gate}): ${plants}\n`)
    return EXIT.ok
  }
  const exact = chosen.filter(({ gate }) => gate === 'exact')
  const results = await runPlanted(exact, signal, ({ planted, verdict }) =>
    process.stdout.write(`${verdict.state === 'caught' ? '✓' : '✗'} ${planted.name}: ${describe(verdict)}\n`),
  )
  const caught = results.filter(({ verdict }) => verdict.state === 'caught').length
  process.stdout.write(`${caught} of ${exact.length} regressions were caught, each in its place.\n`)
  const others = chosen.length - exact.length
  if (others > 0) {
    process.stdout.write(
      `${others} others are of CPU time and memory: the exact gate does not see them, and they were not planted.\n`,
    )
  }
  return caught === exact.length ? EXIT.ok : EXIT.failed
}

function choose(all: readonly PlantedRegression[], only: string | undefined): PlantedRegression[] {
  if (only === undefined) return [...all]
  const names = only.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !all.some((one) => one.name === name))
  if (unknown.length > 0) {
    throw new UsageError(
      `expected regressions out of ${all.map(({ name }) => name).join(', ')}, got ${unknown.join(', ')}`,
    )
  }
  return all.filter(({ name }) => names.includes(name))
}

function describe(verdict: PlantedVerdict): string {
  switch (verdict.state) {
    case 'caught':
      return verdict.sentence
    case 'wrong place':
      return `it was caught, and explained by another place: ${verdict.reasons.join('; ')}`
    case 'missed':
      return `its metric did not become worse; these did: ${verdict.regressed.join(', ') || 'none'}`
    case 'not applied':
      return `the patch does not apply any more: ${verdict.reason}`
    case 'broken':
      return `the gate came to no verdict: ${verdict.reason}`
  }
}

await main(gatePlanted)
