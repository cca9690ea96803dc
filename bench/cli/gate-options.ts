import { join } from 'node:path'
import { Command } from 'commander'
import { SCENARIOS } from '../../scenarios/index.ts'
import { ROOT } from '../gate/commit-tree.ts'
import { PROBE_NAMES } from '../gate/exact-metrics.ts'
import type { MeasurePlan } from '../gate/index.ts'
import { UsageError } from '../run/usage-error.ts'
import { parseCommand } from './command.ts'
import { quoted } from './quoted.ts'

export const BASELINE = join(ROOT, 'baselines', 'exact.json')
const BUDGETS = join(ROOT, 'gate-budgets.yaml')
/** The scenarios show every mode with and without limits and faults, in a few seconds. */
export const DEFAULT_SCENARIOS = 'smoke,typical,rate-limited,verify,query-plans'

export interface GateOptions {
  scenario: string
  baseline?: string
  base?: string
  orBaseline?: boolean
  statistical?: boolean
  budgets: string
  update?: boolean
  out?: string
  figures?: string
}

/** What a command line asks of the gate. */
export interface GateRequest {
  readonly options: GateOptions
  readonly plan: MeasurePlan
}

/**
 * Reads a command line of the gate.
 * @param args Without the interpreter and the script.
 * @throws UsageError, PrintedError
 */
export function parseGateOptions(args: readonly string[]): GateRequest {
  const command = new Command('npm run gate --')
    .description(
      'Compares the exact metrics of the virtual clock with a baseline: 0 where none became worse than its budget allows, 1 where one did or was missing, 2 where nothing could be compared.',
    )
    .option(
      '--scenario <names>',
      `comma-separated: ${SCENARIOS.map(({ name }) => name).join(', ')}; verify (schedules with the flags on), query-plans`,
      DEFAULT_SCENARIOS,
    )
    .option('--baseline <file>', 'figures to compare with (default: baselines/exact.json)')
    .option('--base <ref>', 'measure this commit and compare with it, as for a pull request')
    .option('--or-baseline', 'where that commit cannot be compared, compare with the committed baseline')
    .option(
      '--statistical',
      'with --base: also CPU time, wall time, allocations, heap and statements, by samples on this machine',
    )
    .option('--budgets <file>', 'how much worse each metric may become', BUDGETS)
    .option('--update', 'take the figures of this commit as the baseline')
    .option('--out <dir>', 'where the reports go (default: results/<time>)')
    .option('--figures <file>', 'write the figures of this commit, and compare nothing')
  parseCommand(command, args)
  const options = command.opts<GateOptions>()
  const ways = (['base', 'update', 'figures'] as const).filter((name) => options[name] !== undefined)
  if (ways.length > 1 || (options.base !== undefined && options.baseline !== undefined)) {
    throw new UsageError(
      'expected one of --base, --update and --figures, and --baseline not with --base, got several: say one of them',
    )
  }
  if (options.statistical && options.base === undefined) {
    throw new UsageError(
      'expected --statistical with --base, got it alone: what a machine takes is compared with another commit on the same machine',
    )
  }
  return { options, plan: parsePlan(options.scenario) }
}

function parsePlan(text: string): MeasurePlan {
  const names = text.split(',').map((name) => name.trim())
  const known: readonly string[] = [...SCENARIOS.map(({ name }) => name), ...PROBE_NAMES]
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new UsageError(
      `expected --scenario with names out of ${known.join(', ')}, got ${unknown.map((name) => `"${name}"`).join(', ')}`,
    )
  }
  return {
    scenarios: SCENARIOS.filter(({ name }) => names.includes(name)),
    probes: PROBE_NAMES.filter((name) => names.includes(name)),
  }
}

/** The command that does the same again. */
export function repeatCommand({
  scenario,
  base,
  baseline,
  orBaseline,
  statistical,
  budgets,
}: GateOptions): string {
  const options = [
    ...(scenario === DEFAULT_SCENARIOS ? [] : [`--scenario ${quoted(scenario)}`]),
    ...(base === undefined ? [] : [`--base ${quoted(base)}`]),
    ...(orBaseline ? ['--or-baseline'] : []),
    ...(statistical ? ['--statistical'] : []),
    ...(baseline === undefined ? [] : [`--baseline ${quoted(baseline)}`]),
    ...(budgets === BUDGETS ? [] : [`--budgets ${quoted(budgets)}`]),
  ]
  return ['npm run gate', ...(options.length > 0 ? ['--', ...options] : [])].join(' ')
}

/** The command that writes the baseline that was compared with. The committed one is always whole. */
export function updateCommand({ scenario, baseline }: Pick<GateOptions, 'scenario' | 'baseline'>): string {
  const options = [
    ...(baseline === undefined ? [] : [`--baseline ${quoted(baseline)}`]),
    ...(baseline === undefined || scenario === DEFAULT_SCENARIOS ? [] : [`--scenario ${quoted(scenario)}`]),
  ]
  return ['npm run gate -- --update', ...options].join(' ')
}
