import type { ResultFigures } from '../analysis/result-figures.ts'

/** Said of virtual time alone: in real time the factor is 1. */
export function simulatedFaster({ result, simulationFactor }: ResultFigures): string {
  if (result.clock === 'real' || simulationFactor === null) return ''
  return `, simulated ${Math.round(simulationFactor)}x faster than real time`
}
