export { readProxy, resetProxy } from './proxied-round-trips.ts'
export { type OwnFigures, ResourceSampler } from './resource-sampler.ts'
