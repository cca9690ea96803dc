import { join } from 'node:path'
import { Command } from 'commander'
import { startDatabaseServer } from '../environment/index.ts'
import { ROOT, readBudgets } from '../gate/index.ts'
import {
  type PlantedRegression,
  type PlantedResult,
  type PlantedVerdict,
  readPlanted,
  runPlanted,
  runPlantedCosts,
} from '../gate/planted/index.ts'
import { UsageError } from '../run/index.ts'
import { parseCommand } from './command.ts'
import { EXIT, main } from './main.ts'

const BUDGETS = join(ROOT, 'gate-budgets.yaml')

/** `npm run gate:planted`: whether the gate catches the regressions that are planted, and names their place. */
async function gatePlanted(signal: AbortSignal): Promise<number> {
  const command = new Command('npm run gate:planted --')
    .description(
      'Plants regressions in copies of the sources and has the gate judge them, by its exact or its statistical metrics: 0 where all are caught and explained by the right place, else 1.',
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
  const statistical = chosen.filter(({ gate }) => gate === 'statistical')
  const onResult = ({ planted, verdict }: PlantedResult) =>
    process.stdout.write(`${verdict.state === 'caught' ? '✓' : '✗'} ${planted.name}: ${describe(verdict)}\n`)
  const results = [
    ...(exact.length > 0 ? await runPlanted(exact, signal, onResult) : []),
    ...(statistical.length > 0 ? await plantCosts(statistical, signal, onResult) : []),
  ]
  const caught = results.filter(({ verdict }) => verdict.state === 'caught').length
  process.stdout.write(`${caught} of ${chosen.length} regressions were caught, each in its place.\n`)
  return caught === chosen.length ? EXIT.ok : EXIT.failed
}

async function plantCosts(
  statistical: readonly PlantedRegression[],
  signal: AbortSignal,
  onResult: (result: PlantedResult) => void,
): Promise<PlantedResult[]> {
  const { statistical: thresholds } = await readBudgets(BUDGETS)
  if (!thresholds) {
    throw new UsageError(
      `expected thresholds of the statistical metrics in ${BUDGETS}, got none: add a section "statistical"`,
    )
  }
  const server = await startDatabaseServer({ databaseUrl: process.env.DATABASE_URL || undefined, signal })
  try {
    const log = (line: string) => process.stderr.write(`${line}\n`)
    return await runPlantedCosts(statistical, { server, thresholds, signal, onResult, log })
  } finally {
    await server.close()
  }
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
      return `its metric did not become worse; these did: ${verdict.regressed.join(', ') || 'none'}${verdict.said === undefined ? '' : `; ${verdict.said}`}`
    case 'not applied':
      return `the patch does not apply any more: ${verdict.reason}`
    case 'broken':
      return `the gate came to no verdict: ${verdict.reason}`
  }
}

await main(gatePlanted)
