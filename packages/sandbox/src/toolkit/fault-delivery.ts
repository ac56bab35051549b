import type { ServerResponse } from 'node:http';
import type { FaultEffect } from './fault.ts';
import type { DrawnFault, NamedFault } from './fault-injector.ts';
import type { SandboxRequest } from './sandbox-request.ts';
import type { SandboxResponse } from './sandbox-response.ts';
import { encodeResponse, sendEncoded } from './send-response.ts';

/** What a faulty delivery needs to know. */
export interface FaultDelivery {
  readonly fault: DrawnFault;
  readonly request: SandboxRequest;
  readonly response: ServerResponse;
  /** Carries the call out. */
  readonly answer: () => Promise<SandboxResponse>;
  readonly named: Readonly<Record<string, NamedFault>>;
  /** The vendor's look of an injected status. */
  readonly statusBody: (status: number, request: SandboxRequest) => SandboxResponse;
  readonly compress: boolean;
  /** From now on nothing is answered on the connection, or on all that stand. */
  readonly vanish: (everyConnection?: boolean) => void;
  /** Called once, before anything reaches the client. */
  readonly settle: (status: number | undefined, fault: string | undefined) => void;
}

const loginPage =
  '<!DOCTYPE html>\n<html><head><title>Logon</title></head><body><form method="post"><input name="user"><input name="password" type="password"></form></body></html>\n';

function resetConnection(response: ServerResponse): void {
  const { socket } = response;
  try {
    socket?.resetAndDestroy();
  } catch {
    // A TLS socket has no reset of its own.
    socket?.destroy();
  }
}

/** Waits in real time, or until the client is gone. */
function pause(milliseconds: number | undefined, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = milliseconds === undefined ? undefined : setTimeout(() => finish(), milliseconds);
    const finish = (): void => {
      clearTimeout(timer);
      response.off('close', finish);
      resolve();
    };
    if (response.destroyed) finish();
    else response.on('close', finish);
  });
}

function retryAfterHeader(effect: FaultEffect): Record<string, string> {
  const { retryAfter } = effect;
  if (retryAfter === undefined) return {};
  return {
    'retry-after': retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter),
  };
}

function cannedResponse(delivery: FaultDelivery): SandboxResponse {
  const { effect } = delivery.fault;
  const isPage = effect.kind === 'html-page';
  const status = effect.status ?? (isPage ? 200 : 503);
  const base: SandboxResponse = isPage
    ? { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: loginPage }
    : delivery.statusBody(status, delivery.request);
  const contentType = effect.contentType ? { 'content-type': effect.contentType } : {};
  return {
    status,
    headers: { ...base.headers, ...contentType, ...retryAfterHeader(effect), ...effect.headers },
    body: effect.body ?? base.body,
  };
}

/** The body of an answer that comes whole, and is not what the vendor meant. */
function bend(body: Buffer, { kind, search = '', replacement = '' }: FaultEffect): Buffer {
  if (kind === 'empty-body') return Buffer.alloc(0);
  if (kind === 'malformed-json') return body.subarray(0, Math.floor(body.length / 2));
  return Buffer.from(body.toString().replace(search, replacement));
}

/** Delivers an answer the way the fault wants it. */
export async function deliverFault(delivery: FaultDelivery): Promise<void> {
  const { fault, request, response, answer, settle, vanish } = delivery;
  const { effect } = fault;
  const { kind } = effect;

  const send = async (answered: SandboxResponse, hit: boolean): Promise<void> => {
    const encoded = await encodeResponse(answered, request, delivery.compress);
    if (hit) fault.confirm();
    settle(encoded.status, hit ? kind : undefined);
    sendEncoded(encoded, response);
  };

  switch (kind) {
    case 'status':
    case 'html-page':
      if (effect.applyFirst) await answer();
      return send(cannedResponse(delivery), true);
    case 'reset-before':
    case 'reset-after':
      if (kind === 'reset-after') await answer();
      fault.confirm();
      settle(undefined, kind);
      return resetConnection(response);
    case 'half-open':
      if (effect.applyFirst) await answer();
      fault.confirm();
      vanish(effect.everyConnection);
      return settle(undefined, kind);
    case 'slow-headers': {
      const answered = await answer();
      await pause(effect.delayMs ?? 1_000, response);
      return send(answered, true);
    }
    case 'empty-body':
    case 'malformed-json':
    case 'altered-body':
    case 'stall-body':
    case 'truncate-body':
      break;
    default: {
      const answered = await delivery.named[kind]!.inject(request, effect, answer);
      return send(answered ?? (await answer()), true);
    }
  }

  const answered = await answer();
  const isBent = kind === 'empty-body' || kind === 'malformed-json' || kind === 'altered-body';
  const encoded = await encodeResponse(answered, request, delivery.compress && !isBent);
  const body = Buffer.from(encoded.body ?? '');
  const half = body.subarray(0, Math.floor(body.length / 2));
  const bent = isBent ? bend(body, effect) : half;
  if (body.length < 2 || request.method === 'HEAD' || body.equals(bent)) {
    fault.release();
    return send(answered, false);
  }
  // With the headers of the real answer: what it claims to be is part of the fault.
  if (isBent) return send({ ...encoded, body: bent }, true);

  fault.confirm();
  settle(encoded.status, kind);
  response.writeHead(encoded.status, encoded.headers);
  await new Promise<void>((resolve) => response.write(half, () => resolve()));
  if (kind === 'truncate-body') {
    response.socket?.destroySoon();
    return;
  }
  await pause(effect.delayMs, response);
  if (!response.destroyed) response.end(body.subarray(half.length));
}
