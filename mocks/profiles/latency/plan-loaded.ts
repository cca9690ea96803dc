import type { LatencyModel } from './latency-model.ts'
import { plan } from './plan.ts'

export const planLoaded: LatencyModel = {
  provenance:
    'The plan profile with a heavy tail and growth with the load, all assumed: for tests of clients, not for forecasts.',
  profile: {
    ...plan.profile,
    tail: { probability: 0.02, alpha: 1.5, from: 2 },
    load: { freeRequests: 4, perRequest: 0.05 },
  },
}
