// Holds answers against docs/openapi.json, with a validator that knows nothing of zod.
import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

type Tree = { readonly [key: string]: Tree }

export const OPENAPI_FILE = new URL('../docs/openapi.json', import.meta.url)
const document = JSON.parse(readFileSync(OPENAPI_FILE, 'utf8')) as { paths: Tree }
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(document, 'openapi')

const pointer = (...keys: readonly string[]) =>
  keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

function problems(place: string, body: unknown): string[] {
  const validate = ajv.compile({ $ref: `openapi#${encodeURI(place)}` })
  return validate(body)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
}

/** What is wrong with an answer of this service, by its path as the document has it, e.g. `/runs/{id}`. */
export function answerProblems(
  method: 'get' | 'post',
  path: string,
  status: number,
  body: unknown,
): string[] {
  const keys = [method, 'responses', String(status), 'content', 'application/json', 'schema']
  return problems(pointer('paths', path, ...keys), body)
}

/** What is wrong with an answer of somebody else's, by the least that it must say. */
export function contractProblems(method: 'get' | 'post', path: string, body: unknown): string[] {
  return problems(pointer('paths', path, method, 'x-tierbench-contract', 'answer'), body)
}

/** Operations as `get /runs/{id}`. */
export const operations = (): string[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  )

/** Those that a service of somebody else's needs. */
export const contractOperations = (): string[] =>
  operations().filter((operation) => {
    const [method = '', path = ''] = operation.split(' ')
    return document.paths[path]?.[method]?.['x-tierbench-contract'] !== undefined
  })
