import { join } from 'node:path';
import type { Clock } from '@common/connector-core';
import { saveRecording, startPlayback, startRecording } from '@common/connector-testkit';
import { storyClock } from './story-clock.ts';

interface Sandbox {
  readonly url: string;
  readonly settings?: object;
  close(): Promise<void>;
}

/** What the systems of an example are played by. */
export interface Stage<Sandboxes> {
  url(system: keyof Sandboxes): string;
  /** For connectors and flows: a recording answers what was asked at its own time. */
  readonly time: { readonly clock: Clock; readonly random: () => number };
  /** For what people do in the systems meanwhile. On a recording there are none: it is in the answers already. */
  readonly sandboxes: Sandboxes | undefined;
  close(): Promise<void>;
}

/** When the data of the sandboxes begins. */
const beginsAt = '2026-01-05T09:00:00.000Z';
/** Drawn anew with each request. */
const ignore = ['requestid'];

/**
 * Starts the sandboxes of an example in this process. With `--recorded` no server at all: its
 * `recording.json` answers, and nothing else is reached. `--record` makes that file.
 */
export async function openStage<Sandboxes extends Readonly<Record<string, Sandbox>>>(
  folder: string,
  start: { readonly [System in keyof Sandboxes]: () => Promise<Sandboxes[System]> },
): Promise<Stage<Sandboxes>> {
  const file = join(folder, 'recording.json');
  if (process.argv.includes('--recorded')) {
    const playback = await startPlayback({ recording: file, ignore });
    return {
      url: (system) => playback.baseUrl(String(system)),
      time: { clock: storyClock(playback.recordedAt), random: () => 0 },
      sandboxes: undefined,
      close: () => playback.stop(),
    };
  }
  const started: [string, Sandbox][] = [];
  for (const [system, begin] of Object.entries(start)) started.push([system, await begin()]);
  const sandboxes = Object.fromEntries(started) as Sandboxes;
  const systems = Object.fromEntries(
    started.flatMap(([system, { url, settings = {} }]) => [
      [system, url],
      // Some systems have users sign in elsewhere.
      ...('loginUrl' in settings ? [[`${system}-login`, String(settings.loginUrl)]] : []),
    ]),
  );
  const recorder = process.argv.includes('--record')
    ? startRecording({ systems, keepFields: 'all', recordedAt: beginsAt })
    : undefined;
  return {
    url: (system) => systems[String(system)] ?? '',
    time: { clock: storyClock(beginsAt), random: () => 0 },
    sandboxes,
    async close() {
      if (recorder !== undefined) await saveRecording(file, recorder.stop());
      await Promise.all(started.map(([, sandbox]) => sandbox.close()));
    },
  };
}
