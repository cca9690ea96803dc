export { type OwnFigures, ResourceSampler } from './resource-sampler.ts'
