/** The command line: `npm run dcs -- generate|decode|info`. Exit code 0, 1 when it failed, 2 when it was called wrongly. */
import { isEngineError } from '../src/contract/engine-error';
import type { Command } from './arguments';
import { parseCommand, USAGE, UsageError } from './arguments';
import { runCommand } from './commands';

const FAILED = 1;
const CALLED_WRONGLY = 2;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let command: Command;
  try {
    command = parseCommand(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    return CALLED_WRONGLY;
  }
  if (command.name === 'help') {
    console.log(USAGE);
    return 0;
  }
  try {
    await runCommand(command, {
      progress: (line) => console.error(line),
      answer: (text) => console.log(text),
      onInterrupt: (listener) => process.once('SIGINT', listener),
    });
    return 0;
  } catch (error) {
    // Ours say all there is to say; a bug shows where it is.
    console.error(isEngineError(error) || isFileError(error) ? error.message : error);
    return FAILED;
  }
}

/** An output file that cannot be written. */
function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}
