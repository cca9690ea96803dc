import { type Flags, TIER_FLAGS, type Tier } from '../../engine/index.ts'
import { seededNumber } from '../run/index.ts'
import { Draw } from './draw.ts'
import { hazardOf } from './hazards/index.ts'
import type { HazardId, SchedulePlan } from './plan.ts'

export type Side = 'off' | 'on'

/** Names one schedule: what it is drawn from. */
export interface ScheduleName {
  readonly hazard: HazardId
  readonly tier: Tier
  readonly side: Side
  readonly seed: number
}

/** E.g. `H5-tier2-off-81726354`: what is printed, and what `--replay` takes. */
export function formatName({ hazard, tier, side, seed }: ScheduleName): string {
  return `${hazard}-tier${tier}-${side}-${seed}`
}

const NAME = /^(H(?:[1-9]|10))-tier([1-3])-(on|off)-(\d{1,10})$/

/** @returns undefined where it is no name of a schedule */
export function parseName(text: string): ScheduleName | undefined {
  const [, hazard, tier, side, seed] = NAME.exec(text) ?? []
  if (!hazard) return undefined
  return { hazard: hazard as HazardId, tier: Number(tier) as Tier, side: side as Side, seed: Number(seed) }
}

/** The seed of the nth schedule of a hazard: the same for both sides, and whatever else is run. */
export function seedOf(base: number, hazard: HazardId, index: number): number {
  return Math.floor(seededNumber(base, `schedule:${hazard}:${index}`) * 2 ** 32)
}

/** @param on The flags of the tier. @default TIER_FLAGS */
export function drawPlan({ hazard: id, tier, side, seed }: ScheduleName, on?: Flags): SchedulePlan {
  const hazard = hazardOf(id)
  const flags = on ?? TIER_FLAGS[tier]
  const drawn = hazard.draw(new Draw(seed), tier)
  const plan = side === 'on' && hazard.within ? hazard.within(drawn, tier) : drawn
  return { hazard: id, seed, flags: side === 'on' ? flags : hazard.off(flags), ...plan }
}
