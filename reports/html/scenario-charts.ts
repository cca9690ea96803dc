import type { ModeFigures } from '../analysis/mode-figures.ts'
import { columnsOf, type ScenarioFigures } from '../analysis/result-figures.ts'
import { bindingLabel, PHASES, WAIT_CAUSES } from '../analysis/vocabulary.ts'
import { axisUnit, formatDuration } from '../format/duration.ts'
import { formatCount, formatPercent, formatRatio, NO_FIGURE } from '../format/number.ts'
import { type ChartSeries, type ChartSpec, modeColour } from './chart-spec.ts'

/** The charts of a scenario, in the order of the page. `clock` goes into every title of a time axis. */
export function scenarioCharts(figures: ScenarioFigures, index: number, clock: string): readonly ChartSpec[] {
  const modes = columnsOf(figures)
  const labels = modes.map((mode) => mode.mode)
  const base = (name: string) => ({ id: `chart-${index}-${name}`, rowHeader: 'mode', labels })
  return [
    { ...base('phases'), ...phaseChart(modes, clock) },
    { ...base('speed-up'), ...speedUpChart(modes) },
    { ...base('round-trips'), ...roundTripChart(modes) },
    { ...base('calls'), ...callChart(modes) },
    { ...base('waits'), ...waitChart(modes, clock) },
    { ...base('limits'), ...limitChart(modes, clock) },
  ]
}

type Drawn = Omit<ChartSpec, 'id' | 'rowHeader' | 'labels'> & Partial<Pick<ChartSpec, 'rowHeader' | 'labels'>>

function phaseChart(modes: readonly ModeFigures[], clock: string): Drawn {
  const unit = axisUnit(Math.max(...modes.map((mode) => mode.duration.median)))
  return {
    title: 'Duration by phase',
    summary: list(modes, (mode) => formatDuration(mode.duration.median)),
    stacked: true,
    horizontal: true,
    axis: `${unit.label}, ${clock}`,
    series: [
      ...PHASES.map(({ phase, label }, index) =>
        timeSeries(
          label,
          `--phase-${phase}`,
          modes,
          unit.ms,
          (mode) => mode.phases[index]?.duration.median ?? 0,
        ),
      ),
    ],
    ends: { header: 'end to end', texts: modes.map((mode) => formatDuration(mode.duration.median)) },
  }
}

function speedUpChart(modes: readonly ModeFigures[]): Drawn {
  const labels = ['end to end', ...PHASES.map((words) => words.label)]
  return {
    title: 'Speed-up against sequential',
    summary: list(modes, (mode) => formatRatio(mode.speedUp)),
    rowHeader: 'span',
    labels,
    stacked: false,
    horizontal: false,
    axis: 'times as fast as sequential',
    series: modes.map((mode) => {
      const ratios = [mode.speedUp, ...mode.phases.map((phase) => phase.speedUp)]
      return {
        label: mode.mode,
        colour: modeColour(mode.mode),
        values: ratios.map((ratio) => ratio ?? 0),
        texts: ratios.map(formatRatio),
      }
    }),
    ends: null,
  }
}

function roundTripChart(modes: readonly ModeFigures[]): Drawn {
  return {
    title: 'Round trips by phase',
    summary: list(modes, (mode) => `${formatCount(mode.roundTrips.total)} round trips`),
    stacked: true,
    horizontal: true,
    axis: 'round trips with the database',
    series: PHASES.map(({ phase, label }, index) =>
      countSeries(label, `--phase-${phase}`, modes, (mode) => mode.phases[index]?.roundTrips ?? 0),
    ),
    ends: { header: 'total', texts: modes.map((mode) => formatCount(mode.roundTrips.total)) },
  }
}

function callChart(modes: readonly ModeFigures[]): Drawn {
  return {
    title: 'Calls, attempts and 429s',
    summary: list(
      modes,
      ({ api }) =>
        `${api.calls} calls, ${api.attempts} attempts, ${api.wastedAttempts} wasted, ${api.rateLimited} 429s`,
    ),
    stacked: false,
    horizontal: false,
    axis: 'requests to Claude',
    series: [
      countSeries('calls', '--figure-calls', modes, ({ api }) => api.calls),
      countSeries('attempts', '--figure-attempts', modes, ({ api }) => api.attempts),
      countSeries('wasted attempts', '--figure-wasted', modes, ({ api }) => api.wastedAttempts),
      countSeries('429s', '--figure-429', modes, ({ api }) => api.rateLimited),
    ],
    ends: null,
  }
}

function waitChart(modes: readonly ModeFigures[], clock: string): Drawn {
  const unit = axisUnit(Math.max(...modes.map((mode) => mode.waits.totalMs)))
  return {
    title: 'Waiting by cause, sum over all tasks',
    summary: list(modes, (mode) => formatDuration(mode.waits.totalMs)),
    stacked: true,
    horizontal: true,
    axis: `${unit.label}, ${clock}`,
    // A cause that no mode knew would be a legend without a bar; the table of every figure has it.
    series: WAIT_CAUSES.flatMap(({ cause, label }, index) =>
      modes.some((mode) => (mode.waits.causes[index]?.totalMs ?? 0) > 0)
        ? [
            timeSeries(
              label,
              `--wait-${cause}`,
              modes,
              unit.ms,
              (mode) => mode.waits.causes[index]?.totalMs ?? 0,
            ),
          ]
        : [],
    ),
    ends: { header: 'all causes', texts: modes.map((mode) => formatDuration(mode.waits.totalMs)) },
  }
}

function limitChart(modes: readonly ModeFigures[], clock: string): Drawn {
  const unit = axisUnit(Math.max(...modes.map((mode) => mode.duration.median)))
  return {
    title: 'Measured against the lower bound',
    summary: list(
      modes,
      (mode) =>
        `efficiency ${formatPercent(mode.efficiency)}, bound by ${bindingLabel(mode.lowerBound.binding)}`,
    ),
    stacked: false,
    horizontal: true,
    axis: `${unit.label}, ${clock}`,
    series: [
      timeSeries('lower bound', '--figure-bound', modes, unit.ms, (mode) => mode.lowerBound.ms),
      timeSeries('measured', '--figure-measured', modes, unit.ms, (mode) => mode.duration.median),
    ],
    ends: { header: 'efficiency', texts: modes.map((mode) => formatPercent(mode.efficiency)) },
  }
}

function timeSeries(
  label: string,
  colour: string,
  modes: readonly ModeFigures[],
  unitMs: number,
  figure: (mode: ModeFigures) => number,
): ChartSeries {
  const times = modes.map(figure)
  return { label, colour, values: times.map((ms) => ms / unitMs), texts: times.map(formatDuration) }
}

function countSeries(
  label: string,
  colour: string,
  modes: readonly ModeFigures[],
  figure: (mode: ModeFigures) => number,
): ChartSeries {
  const values = modes.map(figure)
  return { label, colour, values, texts: values.map(formatCount) }
}

function list(modes: readonly ModeFigures[], text: (mode: ModeFigures) => string): string {
  return modes.length === 0 ? NO_FIGURE : modes.map((mode) => `${mode.mode}: ${text(mode)}`).join('; ')
}
