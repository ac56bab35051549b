import { writeFile } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { type ObservedCall, observeHttp } from './observe-http.ts';
import {
  type RecordedBody,
  type RecordedCall,
  type Recording,
  recordedOrigin,
} from './recording.ts';
import { createSanitiser, type SanitiseOptions } from './sanitise.ts';
import { findTokenLike } from './secret-names.ts';

export interface RecordingOptions extends SanitiseOptions {
  /** Name and address of each system; calls elsewhere are not recorded. */
  readonly systems: Readonly<Record<string, string>>;
  /** @default now */
  readonly recordedAt?: string | undefined;
}

export interface Recorder {
  /**
   * Ends the recording. Let all calls end before.
   *
   * @throws TypeError when an answer is no text and cannot be sanitised
   */
  stop(): Recording;
}

/** Whether JSON keeps every digit of it when it is read into doubles and written again. */
const isLossless = (text: string): boolean =>
  [...text.matchAll(/[:[,]\s*(-?\d[\d.eE+-]*)/g)].every(
    ([, digits = '']) => String(Number(digits)) === digits,
  );

function inflate(bytes: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'gzip') return gunzipSync(bytes);
  if (encoding === 'br') return brotliDecompressSync(bytes);
  return encoding === 'deflate' ? inflateSync(bytes) : bytes;
}

function bodyOf(
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
  what: string,
): RecordedBody {
  if (bytes.length === 0) return undefined;
  const body = inflate(bytes, headers['content-encoding']);
  const text = body.toString('utf8');
  if (!Buffer.from(text).equals(body)) {
    throw new TypeError(`${what} carries bytes that are no text; they cannot be sanitised.`);
  }
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && isLossless(text)) return { json };
  } catch {
    // No JSON.
  }
  return { text };
}

/** Addresses of the systems, in links of bodies too, become those that stand for them. */
function renameOrigins(call: RecordedCall, origins: ReadonlyMap<string, string>): RecordedCall {
  let text = JSON.stringify(call);
  for (const [origin, system] of origins) {
    const stand = recordedOrigin(system);
    text = text
      .replaceAll(origin, stand)
      .replaceAll(encodeURIComponent(origin), encodeURIComponent(stand))
      .replaceAll(new URL(origin).host, new URL(stand).host);
  }
  return JSON.parse(text) as RecordedCall;
}

/**
 * Records what this process sends to the given systems and what comes back, whatever the connector and
 * its client are, as long as they go through `node:http` or `node:https`.
 *
 * Everything is replaced that the options do not keep. The same value has the same stand-in in all
 * calls, so that a token that one answer gives and the next request carries still fits.
 *
 * @example
 * ```ts
 * const recorder = startRecording({ systems: { sap: sandbox.url }, keepFields: 'all' });
 * // … what is to be recorded …
 * await saveRecording(new URL('./orders.recording.json', import.meta.url), recorder.stop());
 * ```
 */
export function startRecording(options: RecordingOptions): Recorder {
  const { recordedAt = new Date().toISOString() } = options;
  const origins = new Map(
    Object.entries(options.systems).map(([system, url]) => [new URL(url).origin, system]),
  );
  const observed: ObservedCall[] = [];
  const end = observeHttp((call) => observed.push(call));

  const toCall = (call: ObservedCall): RecordedCall[] => {
    const system = origins.get(call.origin);
    if (system === undefined) return [];
    const what = `${call.method} ${call.url.split('?')[0]}`;
    const recorded: RecordedCall = {
      system,
      request: {
        method: call.method,
        url: call.url,
        headers: call.requestHeaders,
        body: bodyOf(call.requestBody, call.requestHeaders, what),
      },
      response: {
        status: call.status,
        headers: call.responseHeaders,
        body: bodyOf(call.responseBody, call.responseHeaders, `The answer to ${what}`),
      },
    };
    return [renameOrigins(recorded, origins)];
  };

  return {
    stop() {
      end();
      const calls = observed.flatMap(toCall);
      const sanitiser = createSanitiser(options);
      for (const call of calls) sanitiser.learn(call);
      return {
        format: 'connector-recording/1',
        recordedAt,
        systems: Object.fromEntries(
          [...origins.values()].map((system) => [system, recordedOrigin(system)]),
        ),
        calls: calls.map(sanitiser.sanitise),
      };
    },
  };
}

/**
 * Writes a recording to a file.
 *
 * @throws Error when something in it still looks like a token; nothing is written then
 */
export async function saveRecording(file: URL | string, recording: Recording): Promise<void> {
  for (const call of recording.calls) {
    const found = findTokenLike(JSON.stringify(call));
    if (found !== undefined) {
      throw new Error(
        `The call ${call.request.method} ${call.request.url.split('?')[0]} holds "${found.slice(0, 6)}…", which looks like a token. Name it in \`replace\`, or leave its field out of \`keepFields\`.`,
      );
    }
  }
  await writeFile(file, `${JSON.stringify(recording, undefined, 2)}\n`);
}
