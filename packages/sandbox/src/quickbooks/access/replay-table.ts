import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import { duplicateRequestId, tooLong } from '../fault/refusals.ts';

/** Answers by `requestid`, so that a repeated write acts once. */
export interface ReplayTable {
  /**
   * The first answer to this id, or what `act` answers now. What is refused is not remembered.
   * @throws QuickbooksFault 600 when the id was used for another operation
   */
  once(
    call: {
      readonly realmId: string;
      readonly requestId: string | null;
      readonly operation: string;
    },
    act: () => SandboxResponse | Promise<SandboxResponse>,
  ): SandboxResponse | Promise<SandboxResponse>;
  readonly size: number;
  /** How many answers were given again. */
  readonly replayed: number;
}

const maximumLength = 50;

export function createReplayTable(): ReplayTable {
  const answers = new Map<
    string,
    { operation: string; response: SandboxResponse | Promise<SandboxResponse> }
  >();
  let replayed = 0;

  return {
    once({ realmId, requestId, operation }, act) {
      if (requestId === null || requestId === '') return act();
      if (requestId.length > maximumLength) throw tooLong('requestid', maximumLength);
      const key = `${realmId} ${requestId}`;
      const known = answers.get(key);
      if (known) {
        if (known.operation !== operation) throw duplicateRequestId();
        replayed += 1;
        return known.response;
      }
      // A fault is thrown, so it leaves nothing behind and may be tried again.
      const response = act();
      answers.set(key, { operation, response });
      return response;
    },
    get size() {
      return answers.size;
    },
    get replayed() {
      return replayed;
    },
  };
}
