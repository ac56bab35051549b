import type { ServerResponse } from 'node:http';
import type { RandomFaults, ScriptedFault } from './fault.ts';
import type { Faults } from './fault-injector.ts';
import type { Journal, JournalFilter } from './request-journal.ts';
import type { SandboxClock } from './sandbox-clock.ts';
import type { SandboxRequest } from './sandbox-request.ts';
import type { SandboxResponse } from './sandbox-response.ts';

/** A simulator's state, read past authentication and faults: the independent proof of what happened. */
export type StateDump = () => unknown;

/** Something that a person or the system itself does on the simulated side. */
export type SandboxAction = (input: Readonly<Record<string, unknown>>) => unknown;

export interface ControlPlane {
  /** Answers a call under `/__sandbox/`. */
  handle(request: SandboxRequest, response: ServerResponse): Promise<SandboxResponse | undefined>;
}

export interface ControlPlaneOptions {
  readonly name: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly state: Readonly<Record<string, StateDump>>;
  readonly actions: Readonly<Record<string, SandboxAction>>;
  /** Calls that were answered or disturbed so far, without those to the control plane. */
  readonly requestCount: () => number;
  readonly shutdown: () => void;
}

class ControlError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function readObject(request: SandboxRequest): JsonObject {
  if (request.body.length === 0) return {};
  const value = request.json();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ControlError(400, 'The body must be a JSON object');
  }
  return value as JsonObject;
}

/** JSON has no RegExp: `pathPattern` stands for one. */
function readMatch(match: unknown): ScriptedFault['match'] {
  if (typeof match !== 'object' || match === null) return undefined;
  const { pathPattern, ...rest } = match as { pathPattern?: string };
  return pathPattern === undefined ? rest : { ...rest, path: new RegExp(pathPattern) };
}

const readFault = <Fault extends object>(fault: Fault & { match?: unknown }): Fault => ({
  ...fault,
  match: readMatch(fault.match),
});

function readJournalFilter(query: URLSearchParams): JournalFilter {
  const text = (name: string): string | undefined => query.get(name) ?? undefined;
  const pattern = text('pathPattern');
  const status = text('status');
  return {
    method: text('method'),
    path: pattern === undefined ? text('path') : new RegExp(pattern),
    operation: text('operation'),
    status: status === undefined ? undefined : Number(status),
    fault: text('fault'),
  };
}

function select<Value>(kind: string, all: Readonly<Record<string, Value>>, name: string): Value {
  const value = Object.hasOwn(all, name) ? all[name] : undefined;
  if (value === undefined) {
    const known = Object.keys(all).join(', ') || 'none';
    throw new ControlError(404, `There is no ${kind} "${name}"; known: ${known}`);
  }
  return value;
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;

async function sendLines(rows: Iterable<unknown>, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
  let chunk = '';
  for (const row of rows) {
    chunk += `${JSON.stringify(row)}\n`;
    if (chunk.length < 65_536) continue;
    if (!response.write(chunk)) {
      await new Promise<void>((resolve) => {
        response.once('drain', resolve);
        response.once('close', resolve);
      });
    }
    if (response.destroyed) return;
    chunk = '';
  }
  response.end(chunk);
}

export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const { name, seed, startedAt, clock, faults, journal, state, actions } = options;

  // An action changes the simulated world: a caller that was interrupted repeats it with the same key.
  const performed = new Map<string, unknown>();
  const perform = async (actionName: string, request: SandboxRequest): Promise<unknown> => {
    const key = request.headers['idempotency-key'];
    if (key !== undefined && performed.has(key)) return performed.get(key);
    const result = await select('action', actions, actionName)(readObject(request));
    if (key !== undefined) performed.set(key, result);
    return result;
  };

  const showFaults = (): unknown => ({ injected: faults.injected, pending: faults.pending });

  const changeFaults = (input: JsonObject): unknown => {
    if ('kind' in input) return faults.add(readFault(input as unknown as ScriptedFault));
    if ('random' in input) {
      const random = input.random as RandomFaults | null;
      faults.setRandom(random === null ? undefined : readFault(random));
      return showFaults();
    }
    throw new ControlError(400, 'Give a fault { kind, … } or { random: { rate, … } | null }');
  };

  const moveClock = (input: JsonObject): unknown => {
    const { set, advanceMs } = input;
    if (set !== undefined) clock.set(set as string);
    if (advanceMs !== undefined) clock.advance(Number(advanceMs));
    return { now: clock.iso() };
  };

  const dump = async (
    dumpName: string,
    request: SandboxRequest,
    response: ServerResponse,
  ): Promise<SandboxResponse | undefined> => {
    const value = await select('state', state, dumpName)();
    const wantsLines =
      request.query.get('format') === 'ndjson' ||
      (request.headers.accept ?? '').includes('application/x-ndjson');
    if (wantsLines && isIterable(value)) {
      await sendLines(value, response);
      return undefined;
    }
    return { status: 200, body: isIterable(value) ? [...value] : value };
  };

  const route = async (
    request: SandboxRequest,
    response: ServerResponse,
  ): Promise<SandboxResponse | undefined> => {
    const [resource = '', itemName = ''] = request.path.slice('/__sandbox/'.length).split('/');
    const ok = (body: unknown): SandboxResponse => ({ status: 200, body: body ?? null });
    switch (`${request.method} ${resource}`) {
      case 'GET health':
        return ok({
          name,
          seed,
          pid: process.pid,
          started: startedAt,
          now: clock.iso(),
          requests: options.requestCount(),
        });
      case 'GET journal':
        return ok(journal.entries(readJournalFilter(request.query)));
      case 'DELETE journal':
        return ok(journal.clear());
      case 'GET faults':
        return ok(showFaults());
      case 'POST faults':
        return ok(changeFaults(readObject(request)));
      case 'DELETE faults':
        faults.clear();
        return ok(showFaults());
      case 'GET clock':
        return ok({ now: clock.iso() });
      case 'POST clock':
        return ok(moveClock(readObject(request)));
      case 'GET state':
        if (itemName === '') return ok({ state: Object.keys(state) });
        return dump(itemName, request, response);
      case 'GET actions':
        return ok({ actions: Object.keys(actions) });
      case 'POST actions':
        return ok(await perform(itemName, request));
      case 'POST shutdown':
        response.once('finish', options.shutdown);
        return ok({ closing: true });
      default:
        throw new ControlError(404, `There is no ${request.method} /__sandbox/${resource}`);
    }
  };

  return {
    async handle(request, response) {
      const peer = response.socket?.remoteAddress ?? '';
      if (!/^(::ffff:)?127\.|^::1$/.test(peer)) {
        return { status: 403, body: { error: 'The control plane answers on loopback only' } };
      }
      // A web page that the developer happens to visit must not steer the sandbox.
      if (request.headers.origin !== undefined) {
        return { status: 403, body: { error: 'The control plane does not answer browsers' } };
      }
      try {
        return await route(request, response);
      } catch (error) {
        const status = error instanceof ControlError ? error.status : 400;
        return { status, body: { error: error instanceof Error ? error.message : String(error) } };
      }
    },
  };
}
