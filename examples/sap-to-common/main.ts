import { ConnectorError } from '@common/connector-core';
import { runOnSandboxes } from './run-on-sandboxes.ts';
import { runOnSystems } from './run-on-systems.ts';
import { help, readSettings, SettingsError } from './settings.ts';

const stopping = new AbortController();
let stoppedAt = Number.POSITIVE_INFINITY;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // Ctrl+C comes from the terminal and at once again from the process that started us; later it is meant.
    if (Date.now() - stoppedAt > 1000) process.exit(1);
    stoppedAt = Math.min(stoppedAt, Date.now());
    stopping.abort(new Error(name));
  });
}

// Who started us was killed: two jobs on one state would only wait for each other.
process.once('disconnect', () => process.exit(1));
process.channel?.unref();

let advice = '';
try {
  const settings = readSettings(process.argv.slice(2));
  if (settings === 'help') console.log(help);
  else {
    if (settings.unused.length > 0) {
      const kind = settings.systems ? 'real systems' : 'the sandboxes, which are always written to';
      console.error(`No effect on ${kind}: ${settings.unused.join(', ')}`);
    }
    if (!settings.systems) advice = 'To start over: npm start -- --fresh';
    process.exitCode = settings.systems
      ? await runOnSystems(settings, settings.systems, stopping.signal)
      : await runOnSandboxes(settings, stopping.signal);
  }
} catch (error) {
  const isSetting =
    error instanceof SettingsError || (error as ConnectorError).code === 'ERR_CONFIGURATION';
  process.exitCode = isSetting ? 2 : 1;
  if (stopping.signal.aborted) {
    console.error('\nInterrupted. Run the same command again: it goes on where it was.');
  } else if (error instanceof SettingsError) console.error(error.message);
  else if (ConnectorError.isInstance(error)) {
    const { system = 'job', code, message } = error;
    console.error(`\n${system}: ${message} (${code})`);
    if (code === 'ERR_STORE_DAMAGED') console.error(advice);
  } else if (typeof (error as NodeJS.ErrnoException).syscall === 'string') {
    console.error(
      `\n${(error as Error).message}. The job keeps its state in this folder: check that you may write here, and that the disk has room.`,
    );
  } else throw error;
}
