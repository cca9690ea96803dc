import { type CpuInfo, cpus } from 'node:os'
import type { MachineResult } from '../../../reports/index.ts'

/** Of all cores since the machine started, ms. */
interface CpuTimes {
  readonly busyMs: number
  readonly allMs: number
}

/** The kernel counts in steps of 10 ms: of a shorter piece the share says nothing, real ms. */
const LEAST_PIECE_MS = 500

/** How busy the whole machine is between looks, whoever keeps it busy. What a hypervisor takes is not seen. */
export class MachineUsage {
  readonly #read: () => readonly Pick<CpuInfo, 'times'>[]
  readonly #cores: number
  readonly #first: CpuTimes
  #last: CpuTimes
  #pieceFrom: CpuTimes
  #maxBusy = 0

  /** @param read For tests. */
  constructor(read: () => readonly Pick<CpuInfo, 'times'>[] = cpus) {
    this.#read = read
    this.#cores = read().length
    this.#first = this.#times()
    this.#last = this.#first
    this.#pieceFrom = this.#first
  }

  look(): void {
    this.#last = this.#times()
    if (this.#last.allMs - this.#pieceFrom.allMs < LEAST_PIECE_MS * this.#cores) return
    this.#maxBusy = Math.max(this.#maxBusy, share(this.#pieceFrom, this.#last))
    this.#pieceFrom = this.#last
  }

  /**
   * From the beginning to the last look; null where the system does not count.
   * @param ofLoadMs CPU time of what takes part in the load.
   */
  result(ofLoadMs: number): MachineResult | null {
    const allMs = this.#last.allMs - this.#first.allMs
    if (allMs <= 0) return null
    const busy = share(this.#first, this.#last)
    return {
      cores: this.#cores,
      busy,
      maxBusy: Math.max(busy, this.#maxBusy),
      busyOtherwise: Math.max(0, busy - ofLoadMs / allMs),
    }
  }

  #times(): CpuTimes {
    const sums = this.#read().map(({ times: { user, nice, sys, irq, idle } }) => ({
      busyMs: user + nice + sys + irq,
      allMs: user + nice + sys + irq + idle,
    }))
    return sums.reduce((a, b) => ({ busyMs: a.busyMs + b.busyMs, allMs: a.allMs + b.allMs }), {
      busyMs: 0,
      allMs: 0,
    })
  }
}

function share(from: CpuTimes, to: CpuTimes): number {
  return Math.min(1, Math.max(0, (to.busyMs - from.busyMs) / (to.allMs - from.allMs)))
}
