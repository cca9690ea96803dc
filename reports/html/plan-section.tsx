/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { ResultFigures } from '../analysis/result-figures.ts'
import { formatCount, formatRatio } from '../format/number.ts'
import { VerdictLabel, VerdictList } from './verdict.tsx'

/** The plan's claims: what they come to in words, then one row a claim and one column a scenario. */
export function PlanSection({ figures }: { readonly figures: ResultFigures }) {
  const scenarios = figures.scenarios.filter((scenario) => scenario.claims.length > 0)
  if (scenarios.length === 0) return null
  const claims = scenarios[0]?.claims ?? []
  return (
    <section aria-labelledby="plan">
      <h2 id="plan">The plan against the measurement</h2>
      <p class="lead">
        What the performance optimisation plan promised for each tier, and what these runs say. A ratio above
        1 is a gain; how each was measured stands in the first column.
      </p>
      <div class="verdict-columns">
        {scenarios.map(({ scenario, verdicts }) => (
          <article class="card">
            <h3>{scenario.title}</h3>
            <VerdictList verdicts={verdicts} />
          </article>
        ))}
      </div>
      <div class="card">
        <div class="scroll">
          <table class="matrix" data-sortable="">
            <caption>Each claim of the plan in each scenario</caption>
            <thead>
              <tr>
                <th scope="col">Claim</th>
                <th scope="col" class="expected">
                  Expected
                </th>
                {scenarios.map(({ scenario }) => (
                  <th scope="col">{scenario.name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {claims.map((claim, row) => (
                <tr>
                  <th scope="row">
                    {claim.subject}
                    <span class="source">
                      {claim.claim}, {claim.source}
                    </span>
                    <span class="source narrow">expected: {claim.expected}</span>
                  </th>
                  <td class="expected">{claim.expected}</td>
                  {scenarios.map((scenario) => {
                    const cell = scenario.claims[row]
                    if (cell === undefined) return <td></td>
                    return (
                      <td>
                        <span class="measured">{shortFigure(cell.id, cell.value)}</span>
                        <VerdictLabel verdict={cell.verdict} />
                      </td>
                    )
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </section>
  )
}

function shortFigure(id: string, value: number | null): string {
  return id === 'rate-limit' && value !== null ? `${formatCount(value)} × 429` : formatRatio(value)
}
