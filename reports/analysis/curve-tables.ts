import type { ScenarioResult } from '../result-schema.ts'
import { ablationTable } from './ablation-table.ts'
import type { FigureTable } from './figure-table.ts'
import { scalingTable } from './scaling-table.ts'

/** The tables of what was run beside the modes: each flag by itself, then the curves. */
export function curveTables({ ablation, scaling }: ScenarioResult): readonly FigureTable[] {
  return [...(ablation === null ? [] : [ablationTable(ablation)]), ...scaling.map(scalingTable)]
}
