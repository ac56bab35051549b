import { ConnectorError } from '@common/connector-core';
import { runOnSandboxes } from './run-on-sandboxes.ts';
import { runOnSystems } from './run-on-systems.ts';
import { help, readSettings, SettingsError } from './settings.ts';

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => stopping.abort(new Error(name)));
}

// Who started us was killed: two jobs on one state would only wait for each other.
process.once('disconnect', () => process.exit(1));
process.channel?.unref();

try {
  const settings = readSettings(process.argv.slice(2));
  if (settings === 'help') console.log(help);
  else if (settings.systems) {
    process.exitCode = await runOnSystems(settings, settings.systems, stopping.signal);
  } else {
    process.exitCode = await runOnSandboxes(settings, stopping.signal);
  }
} catch (error) {
  process.exitCode = error instanceof SettingsError ? 2 : 1;
  if (stopping.signal.aborted) {
    console.error('\nInterrupted. Run the same command again: it goes on where it was.');
  } else if (error instanceof SettingsError) console.error(error.message);
  else if (ConnectorError.isInstance(error)) {
    const { system = 'job', code, message } = error;
    console.error(`\n${system}: ${message} (${code})`);
  } else throw error;
}
