/** The command line in this process. */
import { parseCommand } from '../arguments';
import { runCommand } from '../commands';
import { TINY } from './engines';

/** Runs a command on the tiny model and gives what it answers and reports. */
export async function runOnTiny(
  ...args: string[]
): Promise<{ answers: string[]; progress: string[] }> {
  const answers: string[] = [];
  const progress: string[] = [];
  const command = parseCommand(args.includes('--model') ? args : [...args, '--model', TINY]);
  if (command.name === 'help') throw new Error('help');
  await runCommand(command, {
    answer: (text) => answers.push(text),
    progress: (text) => progress.push(text),
    onInterrupt: () => undefined,
  });
  return { answers, progress };
}
