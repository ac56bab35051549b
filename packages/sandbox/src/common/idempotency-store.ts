import { createHash } from 'node:crypto';
import type { SandboxClock } from '../toolkit/sandbox-clock.ts';
import type { SandboxRequest } from '../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../toolkit/sandbox-response.ts';
import { CommonApiError, invalid } from './common-error.ts';

/** Remembers the first answer to every idempotency key. */
export interface IdempotencyStore {
  /** Carries the write out once per key of a client. */
  once(
    request: SandboxRequest,
    clientId: string,
    write: () => SandboxResponse | Promise<SandboxResponse>,
  ): Promise<SandboxResponse>;
  readonly size: number;
}

const keptForMs = 24 * 60 * 60 * 1_000;

export function createIdempotencyStore(clock: SandboxClock): IdempotencyStore {
  const answers = new Map<
    string,
    { readonly digest: string; readonly at: number; readonly answer: Promise<SandboxResponse> }
  >();

  return {
    async once(request, clientId, write) {
      const key = request.headers['idempotency-key'];
      if (key === undefined) return write();
      if (key === '' || key.length > 255) {
        throw invalid('Idempotency-Key: must have 1 to 255 characters');
      }
      const digest = createHash('sha256')
        .update(`${request.method} ${request.url}\n`)
        .update(request.body)
        .digest('base64');
      const scopedKey = `${clientId}\n${key}`;
      const known = answers.get(scopedKey);
      if (!known || clock.now() - known.at > keptForMs) {
        // Kept as a promise, so that a repetition which overtakes the first call waits for it.
        const answer = Promise.resolve().then(write);
        answers.set(scopedKey, { digest, at: clock.now(), answer });
        return answer;
      }
      if (known.digest !== digest) {
        throw new CommonApiError(
          409,
          'IDEMPOTENCY_CONFLICT',
          'This Idempotency-Key was used for another request',
        );
      }
      const { status, headers, body } = await known.answer;
      return { status, headers: { ...headers, 'idempotency-replayed': 'true' }, body };
    },
    get size() {
      return answers.size;
    },
  };
}
