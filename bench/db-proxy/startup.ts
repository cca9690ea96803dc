/** What a client says first on a connection: a message without a type. */
export type FirstMessage =
  /** Asks for TLS, or for encryption by Kerberos. */
  | { readonly kind: 'encryption' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'startup'; readonly application: string }

const SSL_REQUEST = 80_877_103
const GSS_ENCRYPTION_REQUEST = 80_877_104
const CANCEL_REQUEST = 80_877_102
/** PostgreSQL takes no longer one. */
const MOST_BYTES = 10_000
/** Major version of the protocol: its minor versions differ in nothing that is read here. */
const PROTOCOL_MAJOR = 3

/** The answer to a client that asks for encryption: there is none here. */
export const NO_ENCRYPTION = Buffer.from('N')

/**
 * How long the first message in `bytes` is; undefined as long as too few of them are there.
 * @throws Error where it is none of PostgreSQL's
 */
export function firstMessageBytes(bytes: Buffer): number | undefined {
  if (bytes.length < 4) return undefined
  const length = bytes.readInt32BE(0)
  if (length < 8 || length > MOST_BYTES) {
    throw new Error('expected a startup message of PostgreSQL, got something else (TLS without asking?)')
  }
  return bytes.length < length ? undefined : length
}

/** @throws Error where it is of a protocol that is not spoken here */
export function readFirstMessage(message: Buffer): FirstMessage {
  const code = message.readInt32BE(4)
  if (code === SSL_REQUEST || code === GSS_ENCRYPTION_REQUEST) return { kind: 'encryption' }
  if (code === CANCEL_REQUEST) return { kind: 'cancel' }
  if (code >> 16 !== PROTOCOL_MAJOR) {
    throw new Error(`expected version 3 of the protocol, got ${code >> 16}`)
  }
  const words = message.subarray(8).toString('utf8').split('\0')
  const at = words.findIndex((word, index) => index % 2 === 0 && word === 'application_name')
  return { kind: 'startup', application: at < 0 ? '' : (words[at + 1] ?? '') }
}
