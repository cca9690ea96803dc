import type { PhaseName, Repetition, RoundTripGroup } from '../result-schema.ts'

/** Round trips of one shape over all phases. */
export interface ShapeFigures {
  readonly shape: string
  readonly count: number
  readonly totalMs: number
}

export interface RoundTripFigures {
  readonly total: number
  /** Sum of the time that callers waited for round trips: with parallel slots it can exceed the duration. */
  readonly databaseMs: number
  /** Most frequent first, then by name. */
  readonly shapes: readonly ShapeFigures[]
}

export function roundTripFigures(repetition: Repetition): RoundTripFigures {
  const shapes = new Map<string, ShapeFigures>()
  for (const { shape, count, totalMs } of repetition.roundTrips) {
    const known = shapes.get(shape)
    shapes.set(shape, {
      shape,
      count: (known?.count ?? 0) + count,
      totalMs: (known?.totalMs ?? 0) + totalMs,
    })
  }
  return {
    total: countOf(repetition.roundTrips),
    databaseMs: repetition.roundTrips.reduce((sum, group) => sum + group.totalMs, 0),
    shapes: [...shapes.values()].sort((a, b) => b.count - a.count || (a.shape < b.shape ? -1 : 1)),
  }
}

/** The groups of one phase; with `shapes`, only those. */
export function groupsOf(
  repetition: Repetition,
  phase: PhaseName,
  shapes?: readonly string[],
): readonly RoundTripGroup[] {
  return repetition.roundTrips.filter(
    (group) => group.phase === phase && (shapes === undefined || shapes.includes(group.shape)),
  )
}

export function countOf(groups: readonly RoundTripGroup[]): number {
  return groups.reduce((sum, group) => sum + group.count, 0)
}
