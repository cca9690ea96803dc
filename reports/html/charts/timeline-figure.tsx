/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import { representativeOf } from '../../analysis/repetitions.ts'
import { type Timeline, timelineOf } from '../../analysis/timeline.ts'
import { WAIT_CAUSES } from '../../analysis/vocabulary.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatPercent, formatQuantity } from '../../format/number.ts'
import type { ModeResult } from '../../result-schema.ts'
import { DataTable } from '../data-table.tsx'
import { pack } from '../packed-data.ts'
import { FigureHeading } from './figure-heading.tsx'
import { packTimeline } from './packed-timeline.ts'

/** More slots than these are in the picture and not in the table. */
const MOST_ROWS = 24

const KEYS: readonly (readonly [string, string])[] = [
  ['card-analysis', '--phase-card-analysis'],
  ['story-generation', '--phase-story-generation'],
  ['subtask-generation', '--phase-subtask-generation'],
  ['429', '--figure-429'],
  ['other error', '--figure-error'],
  ['call under way', '--figure-call'],
  ...WAIT_CAUSES.map(({ cause, label }) => [`waiting: ${label}`, `--wait-${cause}`] as const),
]

/** What each slot did when, one mode at a time: a canvas to zoom and pan in, and a table of its slots. */
export function TimelineFigure(props: {
  readonly id: string
  readonly modes: readonly ModeResult[]
  readonly clock: string
}) {
  const timelines = props.modes.map((mode) => ({
    mode: mode.mode,
    timeline: timelineOf(representativeOf(mode.repetitions)),
  }))
  const title = 'Timeline of a run'
  const hint = `${props.id}-hint`
  return (
    <figure class="card chart timeline" id={props.id}>
      <FigureHeading
        title={title}
        note={`One lane for each slot, ${props.clock}; what is left empty is the database and idle time.`}
      />
      <p class="legend">
        {KEYS.map(([label, colour]) => (
          <span class="key">
            <i style={`background:var(${colour})`}></i>
            {label.replace('-', ' ')}
          </span>
        ))}
        <span class="key">
          <i class="border"></i>
          invocation border
        </span>
      </p>
      <div class="timeline-tools" hidden></div>
      <div
        class="canvas"
        tabindex={0}
        role="application"
        aria-roledescription="timeline"
        aria-label={title}
        aria-describedby={hint}
      >
        <canvas
          role="img"
          aria-label={`${title}. ${timelines.map(({ mode, timeline }) => `${mode}: ${summaryOf(timeline)}`).join('; ')}.`}
        ></canvas>
      </div>
      <p class="readout quiet" aria-hidden="true"></p>
      <p class="quiet" id={hint}>
        Drag or use ← → to move, + and − or Ctrl and the wheel to zoom, 0 or a double click for the whole run.
      </p>
      <details>
        <summary>Figures</summary>
        <DataTable
          caption={title}
          quietCaption
          sortable
          header={[
            'slot',
            'mode',
            'calls',
            'attempts',
            '429s',
            'answering',
            'waiting',
            'answering / duration',
          ]}
          isText={(column) => column === 1}
          rows={timelines.flatMap(({ mode, timeline: { lanes, durationMs } }) =>
            lanes
              .slice(0, MOST_ROWS)
              .map((lane) => [
                lane.label,
                mode,
                formatCount(lane.calls),
                formatCount(lane.attempts),
                formatCount(lane.rateLimited),
                formatDuration(lane.answeringMs),
                formatDuration(lane.waitingMs),
                formatPercent(durationMs > 0 ? lane.answeringMs / durationMs : 0),
              ]),
          )}
        />
      </details>
      {timelines.map(({ mode, timeline }) => (
        <script type="text/plain" data-timeline={props.id} data-mode={mode}>
          {raw(pack(packTimeline(timeline)))}
        </script>
      ))}
    </figure>
  )
}

function summaryOf({ lanes, invocations, durationMs }: Timeline): string {
  const sum = (of: (lane: Timeline['lanes'][number]) => number) =>
    lanes.reduce((total, lane) => total + of(lane), 0)
  return [
    formatDuration(durationMs),
    formatQuantity(lanes.length, 'lane'),
    formatQuantity(
      sum(({ calls }) => calls),
      'call',
    ),
    `${sum(({ rateLimited }) => rateLimited)} × 429`,
    formatQuantity(invocations.length, 'invocation'),
  ].join(', ')
}
