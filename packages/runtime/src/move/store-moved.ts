import { ConnectorError } from '@common/connector-core';

/** How a trigger says that a row belongs elsewhere by now: an SQLSTATE of our own, and a text of our own in SQLite. */
export const movedSqlState = 'CCM01';
const mark = 'state_move: ';

/** What the triggers of a place say that state has left, or is leaving. */
export function movedText(move: {
  readonly status: 'leaving' | 'left';
  readonly tenant: string;
  readonly place: string;
}): string {
  const { status, tenant, place } = move;
  const whose = tenant === '' ? 'The state' : `The state of tenant "${tenant}"`;
  return mark + (status === 'left' ? left(whose, place) : leaving(whose, place));
}

function left(whose: string, place: string): string {
  return `${whose} was moved to ${place}: nothing is read or stored here any more. Open that one (openStore), in every process. If the move was a mistake, reopenState makes this place usable again; what was stored in the other one since is not here.`;
}

function leaving(whose: string, place: string): string {
  return `${whose} is being moved to ${place}, and that is not finished. Wait for migrateState, or start it again: it goes on where it was. To stay here, call reopenState and empty the other place.`;
}

/** What whoever opens a place is told to which state has not come completely. */
export function arrivingText(place: string): string {
  return `The state is being moved here from ${place}, and that is not finished. Wait for migrateState, or start it again: it goes on where it was.`;
}

export function storeMoved(text: string, cause?: unknown): ConnectorError {
  return new ConnectorError({
    code: 'ERR_STORE_MOVED',
    category: 'configuration',
    notExecuted: true,
    message: text.replace(mark, ''),
    cause,
  });
}

/** The refusal of a trigger, as the driver of either database throws it. */
export function movedFailure(error: unknown): ConnectorError | undefined {
  const { code, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  if (typeof message !== 'string') return undefined;
  const isOurs = code === movedSqlState || message.startsWith(mark);
  return isOurs ? storeMoved(message, error) : undefined;
}
