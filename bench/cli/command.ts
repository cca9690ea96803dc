import { type Command, CommanderError } from 'commander'

/** What commander has dealt with by printing it: `--help`, or a mistake it has explained. */
export class PrintedError extends Error {
  override readonly name = 'PrintedError'
  constructor(readonly exitCode: number) {
    super('printed')
  }
}

/**
 * Reads a command line, the same for every command and those below it: no words beside the options and
 * arguments that it names, mistakes in one sentence.
 * @param args Without the interpreter and the script.
 * @throws PrintedError where everything has been said
 */
export function parseCommand(command: Command, args: readonly string[]): void {
  for (const one of [command, ...command.commands]) {
    one
      .allowExcessArguments(false)
      .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'tierbench: ')) })
      .exitOverride()
  }
  try {
    command.parse([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw new PrintedError(error.exitCode === 0 ? 0 : 2)
    throw error
  }
}
