import { z } from 'zod'
import * as answers from '../answer-schemas.ts'
import { errorBodySchema } from '../api-error.ts'
import * as contract from '../contract-schemas.ts'
import { createRunBodySchema, uploadSchema } from '../run-schemas.ts'
import { OPERATIONS, type Operation } from './operations.ts'

type Json = Record<string, unknown>

/** Of an operation that a service of somebody else's needs: `answer` is the least that it must answer. */
const CONTRACT_TAG = 'x-tierbench-contract'
const ERRORS: Readonly<Record<number, string>> = {
  400: 'A body, query or header that is not as expected, or flags that lose work together',
  401: 'No token, or another than that of this server',
  404: 'There is no such run',
  409: 'Another invocation holds the run (RUN_BUSY, with Retry-After), or it is in another state',
  413: 'A body above 5 MiB',
  415: 'A body that is not declared as JSON',
  421: 'A host name that is not of this machine',
  500: 'Something went wrong',
  503: 'The server stops, with Retry-After',
}
const EVERYWHERE = [401, 421, 500]

/** Schemas with a name of their own, which the others refer to. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  RunSummary: answers.runSummarySchema,
  Outcome: answers.outcomeSchema,
  LogPage: answers.logPageSchema,
  RunResults: answers.runResultsSchema,
  Flags: answers.runSummarySchema.shape.flags,
  FlagsOfTiers: answers.flagsAnswerSchema,
  Health: answers.healthSchema,
  Error: errorBodySchema,
  Upload: uploadSchema,
  CreateRun: createRunBodySchema,
  ContractRun: contract.contractRunSchema,
  ContractOutcome: contract.contractOutcomeSchema,
  ContractError: contract.contractErrorSchema,
}
const refTo = (name: string) => `#/components/schemas/${name}`

/** The HTTP API as an OpenAPI 3.1 document, made from the schemas that requests and answers are checked by. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {}
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: "tierbench: the engine's API",
      version: '0.1.0',
      description: `Operations with ${CONTRACT_TAG} are all that a service of your own needs to be loaded with --target; each names the least that it must answer.`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: 'http://127.0.0.1:4040' }],
    security: [{}, { token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: components(),
    },
  }
}

function components(): Json {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { ...CONVERSION, uri: refTo })
  return Object.fromEntries(
    Object.entries(schemas)
      .filter(([name]) => name in NAMED)
      .map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
  )
}

function describe({ id, summary, path, body, bodyRequired, query, ...operation }: Operation): Json {
  const parameters = [...(path.includes('{id}') ? [ID] : []), ...(query ? queryParameters(query) : [])]
  const responses = [
    ...Object.entries(operation.answers).map(([status, { what, schema }]) => [
      status,
      { description: what, ...(schema ? json(schema) : {}) },
    ]),
    ...[...operation.errors, ...EVERYWHERE].map((status) => [
      status,
      { description: ERRORS[status], ...json(errorBodySchema) },
    ]),
  ]
  return {
    operationId: id,
    summary,
    ...(operation.contract ? { [CONTRACT_TAG]: { answer: jsonSchema(operation.contract) } } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: bodyRequired ?? false, ...json(body) } } : {}),
    responses: Object.fromEntries(responses),
  }
}

const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }

function queryParameters(query: z.ZodObject): Json[] {
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: jsonSchema(schema as z.ZodType),
  }))
}

const json = (schema: z.ZodType) => ({ content: { 'application/json': { schema: jsonSchema(schema) } } })

function jsonSchema(schema: z.ZodType): unknown {
  const named = Object.entries(NAMED).find(([, candidate]) => candidate === schema)
  if (named) return { $ref: refTo(named[0]) }
  const { $schema: _, ...whole } = z.toJSONSchema(schema, CONVERSION)
  return whole
}

/** As a request is written, and an answer read: what has a default may be left out. */
const CONVERSION = {
  target: 'draft-2020-12',
  io: 'input',
  override({ jsonSchema }: { jsonSchema: { format?: string; pattern?: string } }) {
    // The format says it; the pattern knows leap years, and is 300 characters long.
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
  },
} as const
