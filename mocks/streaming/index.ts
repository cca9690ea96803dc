export { type BodyEvents, bodyStream, streamedBodyOf, streamedResponse } from './body-stream.ts'
export { eventText, messageEvents } from './message-events.ts'
