/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { ResultFigures } from '../analysis/result-figures.ts'
import type { TierSafety, TierStory } from '../analysis/tier-story.ts'
import { formatQuantity } from '../format/number.ts'
import type { GateResult } from '../gate/gate-schema.ts'
import { Problems, VerdictLabel } from './verdict.tsx'

/** What a reader who has never seen the project takes away: a card a tier, then the gate. */
export function StorySection(props: {
  readonly figures: ResultFigures
  readonly stories: readonly TierStory[]
  readonly gate: GateResult | null
}) {
  const { figures, stories, gate } = props
  const problems = figures.scenarios.flatMap(({ scenario, problems }) =>
    problems.map((problem) => `${scenario.name}: ${problem}`),
  )
  return (
    <section aria-labelledby="story" class="story">
      <h2 id="story" class="visually-hidden">
        In short
      </h2>
      <Problems problems={problems} />
      <div class="tiers">
        {stories.map((story) => (
          <TierCard story={story} clock={figures.clock} />
        ))}
      </div>
      <GateLine gate={gate} />
    </section>
  )
}

function TierCard({ story, clock }: { readonly story: TierStory; readonly clock: string }) {
  const { tier, mode, what, gain, gainText, plan } = story
  return (
    <article class="card tier">
      <h3>
        Tier {tier} <span class="quiet">{mode}</span>
      </h3>
      <p class="gain">
        <span class="big">{gainText}</span>
        <span class="quiet">
          {gain === null
            ? 'not comparable with tier 0'
            : `as fast as tier 0, end to end, ${clock}, in ${formatQuantity(gain.scenarios, 'scenario')}`}
        </span>
      </p>
      <p class="what">{what}</p>
      <dl class="tier-facts">
        <div>
          <dt>The plan</dt>
          <dd>
            {plan === null ? (
              'gives no figure'
            ) : (
              <>
                {plan.expected}: <VerdictLabel verdict={plan.verdict} />
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Safe?</dt>
          <dd>
            <Safety safety={story.safety} />
          </dd>
        </div>
      </dl>
    </article>
  )
}

function Safety({ safety }: { readonly safety: TierSafety }) {
  switch (safety.state) {
    case 'unknown':
      return (
        <>
          <span class="verdict none">not verified here</span>{' '}
          <span class="source">
            <code>{safety.command}</code> says
          </span>
        </>
      )
    case 'partial':
      return (
        <>
          <span class="verdict less">not shown</span>{' '}
          <span class="source">
            {safety.run} of {formatQuantity(safety.promised, 'hazard')} run, and nothing violated in them:
            that is no roll-out. From {safety.from}.
          </span>
        </>
      )
    case 'safe':
    case 'unsafe':
      return (
        <>
          <span class={`verdict ${safety.state === 'safe' ? 'good' : 'bad'}`}>
            {safety.state === 'safe' ? 'roll out' : 'do not roll out'}
          </span>{' '}
          <span class="source">
            {safety.reasons.length > 0 && `${firstOf(safety.reasons)}. `}From {safety.from}.
          </span>
        </>
      )
  }
}

/** Regressions and reasons shown by name; more are in gate.md and verify.html. */
const MOST_NAMED = 3

function firstOf(reasons: readonly string[]): string {
  const more = reasons.length - MOST_NAMED
  return [...reasons.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

function GateLine({ gate }: { readonly gate: GateResult | null }) {
  if (gate === null) {
    return (
      <p class="gate card">
        <strong>Gate</strong> <span class="verdict none">not run with this report</span>{' '}
        <span class="quiet">
          <code>npm run gate</code> says whether this commit made anything worse
        </span>
      </p>
    )
  }
  const regressed = gate.comparisons.filter(({ verdict }) => verdict === 'regressed')
  const names = regressed
    .slice(0, MOST_NAMED)
    .map(({ scenario, mode, metric }) => `${scenario}, ${mode}: ${metric}`)
  const more = regressed.length > MOST_NAMED ? [`${regressed.length - MOST_NAMED} more`] : []
  return (
    <p class="gate card">
      <strong>Gate</strong>{' '}
      <span class={`verdict ${gate.passed ? 'good' : 'bad'}`}>{gate.passed ? 'passed' : 'failed'}</span>{' '}
      <span class="quiet">
        {formatQuantity(gate.comparisons.length, 'exact metric')} against {gate.context.baseline} (
        {gate.context.commits}), {regressed.length} worse than allowed
        {gate.missing.length > 0 && `, ${gate.missing.length} missing`}
        {names.length > 0 && `: ${[...names, ...more].join('; ')}`}
      </span>
    </p>
  )
}
