import { latencyDistribution } from '../analysis/latency-distribution.ts'
import { limitUses } from '../analysis/limit-use.ts'
import { representativeOf } from '../analysis/repetitions.ts'
import { columnsOf, type ScenarioFigures } from '../analysis/result-figures.ts'
import { flagWaterfall, tierWaterfall } from '../analysis/waterfall.ts'
import type { ModeResult } from '../result-schema.ts'
import type { ChartSpec } from './charts/chart-spec.ts'
import { latencyCharts } from './charts/latency-charts.ts'
import { limitUseChart } from './charts/limit-use-chart.ts'
import {
  callChart,
  lowerBoundChart,
  phaseChart,
  roundTripChart,
  speedUpChart,
  waitChart,
} from './charts/mode-charts.ts'
import { scalingCharts } from './charts/scaling-charts.ts'
import { flagChart, waterfallChart } from './charts/waterfall-charts.ts'

/** The charts of a scenario, by the part of its section that they stand in. */
export interface ScenarioCharts {
  readonly durations: readonly ChartSpec[]
  readonly flags: readonly ChartSpec[]
  readonly requests: readonly ChartSpec[]
  readonly database: readonly ChartSpec[]
  readonly scaling: readonly ChartSpec[]
}

/** Modes and variants in the order of the page's columns. */
export function shownModes({ scenario, variants }: ScenarioFigures): readonly ModeResult[] {
  const ofGroups = variants.flatMap(({ columns }) => columns.slice(1).map(({ mode }) => mode))
  return [
    ...scenario.modes,
    ...ofGroups.flatMap((name) => scenario.variants.filter(({ mode }) => mode === name)),
  ]
}

/** @param clock Goes into the title of every axis of time. */
export function scenarioCharts(figures: ScenarioFigures, anchor: string, clock: string): ScenarioCharts {
  const { scenario, modes } = figures
  const columns = columnsOf(figures)
  const shown = shownModes(figures)
  const id = (name: string) => `${anchor}-${name}`
  const tiers = tierWaterfall(modes)
  const flags = flagWaterfall(scenario)
  const limits = limitUseChart(
    id('limits'),
    shown.map((mode) => ({ mode: mode.mode, uses: limitUses(representativeOf(mode.repetitions)) })),
    clock,
  )
  const latencies = shown.map((mode) => ({ mode: mode.mode, latency: latencyDistribution(mode) }))
  return {
    durations: [
      phaseChart(id('phases'), columns, clock),
      ...(tiers.length === 0
        ? []
        : [
            waterfallChart(id('tiers'), tiers, clock, {
              title: 'What each tier takes off',
              rowHeader: 'tier',
            }),
          ]),
      speedUpChart(id('speed-up'), columns),
      lowerBoundChart(id('efficiency'), columns, clock),
    ],
    flags:
      scenario.ablation === null || flags.length === 0
        ? []
        : [
            waterfallChart(id('flags-added'), flags, clock, {
              title: 'Flag by flag',
              rowHeader: 'flag added',
            }),
            flagChart(id('flags'), scenario.ablation, clock),
          ],
    requests: [
      callChart(id('calls'), columns),
      waitChart(id('waits'), columns, clock),
      ...latencyCharts(id('latency'), latencies, clock),
      ...(limits === null ? [] : [limits]),
    ],
    database: [roundTripChart(id('round-trips'), columns)],
    scaling: scalingCharts(id('scaling'), scenario.scaling, clock),
  }
}

export function allCharts(charts: ScenarioCharts): readonly ChartSpec[] {
  return [...charts.durations, ...charts.flags, ...charts.requests, ...charts.database, ...charts.scaling]
}
