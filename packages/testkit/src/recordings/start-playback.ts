import { readFile } from 'node:fs/promises';
import type { RecordedBody, RecordedCall, Recording } from './recording.ts';
import { formOf, type RequestForm } from './request-form.ts';

export interface PlaybackOptions {
  /** The recording, or the file that has it. */
  readonly recording: Recording | URL | string;
  /**
   * Names of fields and query parameters that are other ones each time: request ids, random keys.
   * Secrets and tokens are left out by themselves.
   * @default none
   */
  readonly ignore?: readonly string[] | undefined;
}

export interface Playback {
  /** When it was recorded, ISO instant. */
  readonly recordedAt: string;
  /**
   * The address to give to the connector.
   *
   * @throws RangeError when no such system was recorded
   */
  baseUrl(system: string): string;
  /** Requests that nobody recorded, in words, with what comes closest. */
  readonly misses: readonly string[];
  /** Recorded calls that nobody has asked for yet, in words. */
  readonly unused: readonly string[];
  /**
   * Ends the playback.
   *
   * @throws Error when there were requests that nobody recorded, or recorded calls that nobody asked for
   */
  stop(options?: {
    /** Whether calls may be left over. @default false */
    readonly mayLeaveUnused?: boolean;
  }): Promise<void>;
}

interface Entry {
  readonly call: RecordedCall;
  readonly form: RequestForm;
  used: boolean;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'MERGE', 'OPTIONS'];

const textOf = (body: RecordedBody): string =>
  body === undefined ? '' : 'json' in body ? JSON.stringify(body.json) : body.text;

const parts = ['method', 'path', 'query', 'body'] as const;

const isSame = (a: RequestForm, b: RequestForm): boolean =>
  parts.every((part) => a[part] === b[part]);

const nameOf = ({ system, request }: RecordedCall): string =>
  `${system}: ${request.method} ${request.url}`;

/** Says what came closest, and in what it differs. */
function describeMiss(system: string, asked: RequestForm, entries: readonly Entry[]): string {
  const request = `${system}: ${asked.method} ${asked.path}${asked.query && `?${asked.query}`}`;
  const same = entries.filter((entry) => entry.call.system === system && isSame(entry.form, asked));
  if (same.length > 0) {
    return `${request} was recorded ${same.length} times, and is asked for once more.`;
  }
  const weights = { method: 2, path: 4, query: 1, body: 1 };
  const score = ({ call, form }: Entry): number =>
    parts.reduce((sum, part) => sum + (form[part] === asked[part] ? weights[part] : 0), 0) +
    (call.system === system ? 4 : 0) -
    (call.system === system ? 0 : 8);
  const [closest] = [...entries].sort((a, b) => score(b) - score(a));
  if (closest === undefined) return `${request} was never recorded; the recording is empty.`;
  const differences = parts
    .filter((part) => closest.form[part] !== asked[part])
    .map(
      (part) =>
        `${part} is "${asked[part].slice(0, 300)}", recorded is "${closest.form[part].slice(0, 300)}"`,
    );
  return `${request} was never recorded. The closest is ${nameOf(closest.call)}: ${differences.join('; ')}.`;
}

async function readText(file: URL | string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const message = `There is no recording ${String(file)}. Make it first: startRecording, then saveRecording with what stop() answers.`;
    throw new RangeError(message, { cause: error });
  }
}

async function read(recording: Recording | URL | string): Promise<Recording> {
  const found =
    typeof recording === 'string' || recording instanceof URL
      ? (JSON.parse(await readText(recording)) as Recording)
      : recording;
  if (found.format !== 'connector-recording/1') {
    throw new TypeError(`This is no recording of a form that is known: ${String(found.format)}.`);
  }
  return found;
}

/**
 * Answers requests of this process out of a recording, through nock: no server and no network, but for
 * this machine's own. Each call is played once, the same ones in their order. A request that nobody
 * recorded fails, and says what comes closest.
 *
 * @example
 * ```ts
 * const playback = await startPlayback({ recording: new URL('./orders.json', import.meta.url) });
 * const erp = sap({ baseUrl: playback.baseUrl('sap'), auth });
 * // …
 * await playback.stop();
 * ```
 */
export async function startPlayback(options: PlaybackOptions): Promise<Playback> {
  const { ignore = [] } = options;
  const recording = await read(options.recording);
  const { default: nock } = await import('nock');
  const misses: string[] = [];
  const entries: Entry[] = recording.calls.map((call) => {
    const { method, url, body } = call.request;
    return { call, form: formOf({ method, url, body: textOf(body) }, ignore), used: false };
  });

  const twice = Object.values(recording.systems).find((origin) =>
    nock.activeMocks().some((mock) => mock.includes(new URL(origin).host)),
  );
  if (twice !== undefined) {
    throw new Error(`A playback of ${twice} is under way in this process; stop it first.`);
  }
  if (!nock.isActive()) nock.activate();
  nock.disableNetConnect();
  nock.enableNetConnect(/^(?:127\.0\.0\.1|localhost|\[::1\])(?::|$)/);

  const play = async (system: string, request: Request) => {
    const { method, url } = request;
    const form = formOf({ method, url, body: await request.text() }, ignore);
    const entry = entries.find(
      (candidate) =>
        !candidate.used && candidate.call.system === system && isSame(candidate.form, form),
    );
    if (entry === undefined) {
      const miss = describeMiss(system, form, entries);
      misses.push(miss);
      throw new Error(miss);
    }
    entry.used = true;
    const { status, headers, body } = entry.call.response;
    const { 'set-cookie': cookies, ...others } = headers;
    const sent = cookies === undefined ? others : { ...others, 'set-cookie': cookies.split('\n') };
    return [status, textOf(body), sent] as const;
  };

  for (const [system, origin] of Object.entries(recording.systems)) {
    const scope = nock(origin).persist();
    for (const method of methods) {
      // With nock 15 the answering function gets a Request.
      const answer = (request: unknown) => play(system, request as Request);
      scope.intercept(/.*/, method).reply(answer as never);
    }
  }

  const unused = (): readonly string[] =>
    entries.filter((entry) => !entry.used).map(({ call }) => nameOf(call));
  return {
    recordedAt: recording.recordedAt,
    baseUrl(system) {
      const origin = recording.systems[system];
      if (origin === undefined) {
        const known = Object.keys(recording.systems).join(', ');
        throw new RangeError(`The recording has no system "${system}". It has ${known}.`);
      }
      return origin;
    },
    misses,
    get unused() {
      return unused();
    },
    async stop({ mayLeaveUnused = false } = {}) {
      nock.cleanAll();
      nock.enableNetConnect();
      nock.restore();
      const problems = [
        ...misses,
        ...(mayLeaveUnused ? [] : unused().map((call) => `Recorded, never asked for: ${call}`)),
      ];
      if (problems.length > 0) {
        throw new Error(`The playback does not fit the recording.\n${problems.join('\n')}`);
      }
    },
  };
}
