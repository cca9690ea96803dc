export { bodyStream, streamedBodyOf, streamedResponse, type TimedBody } from './body-stream.ts'
export { eventText, messageEvents } from './message-events.ts'
