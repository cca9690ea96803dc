export { type BodyEvents, bodyStream } from './body-stream.ts'
export { eventText, messageEvents } from './message-events.ts'
