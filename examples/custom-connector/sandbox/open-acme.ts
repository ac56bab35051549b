import { saveRecording, startPlayback, startRecording } from '@common/connector-testkit';
import { startAcmeSandbox } from './acme-sandbox.ts';

const file = new URL('../recording.json', import.meta.url);
const system = 'acme';

/**
 * ACME's simulator. With `--record` it is recorded, and with `--recorded` there is no server: the
 * recording answers.
 */
export async function openAcme(apiKey: string) {
  if (process.argv.includes('--recorded')) {
    const playback = await startPlayback({ recording: file });
    return { url: playback.baseUrl(system), close: () => playback.stop() };
  }
  const sandbox = await startAcmeSandbox({ apiKey, products: 5 });
  const recorder = process.argv.includes('--record')
    ? startRecording({ systems: { [system]: sandbox.url }, keepFields: 'all' })
    : undefined;
  return {
    url: sandbox.url,
    async close() {
      if (recorder !== undefined) await saveRecording(file, recorder.stop());
      await sandbox.close();
    },
  };
}
