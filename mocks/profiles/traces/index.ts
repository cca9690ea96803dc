export { drawRequests, type LengthSource } from './draw-requests.ts'
export { type ArrivalFit, fitTrace, type LengthFit, type TraceProfile } from './fit-trace.ts'
export { parseTrace, type TracedRequest } from './parse-trace.ts'
