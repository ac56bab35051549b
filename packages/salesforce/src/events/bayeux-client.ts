import {
  type AuthStrategy,
  type CallOptions,
  type ClassifyResponse,
  ConnectorError,
  createCookieJar,
  createHttpClient,
  type PipelineOptions,
  systemClock,
} from '@common/connector-core';
import { classifySalesforceResponse, salesforceError } from '../salesforce-error.ts';
import type { SalesforceConfiguration } from '../salesforce-settings-schema.ts';
import type { EventMessage } from './change-event.ts';

/** Where to begin: behind an event, with all that are kept, or with the next one. */
type Replay = number | 'oldest' | 'next';

/** A client of the Bayeux protocol, version 1.0, by long polling. */
export interface BayeuxClient {
  /**
   * Signs on and subscribes. @returns the server's time, milliseconds since the epoch, where it tells
   * @throws ConnectorError `ERR_CHECKPOINT_EXPIRED` when the events behind `replay` are kept no more
   */
  open(replay: Replay, call: CallOptions): Promise<number | undefined>;
  /** Waits for events, up to two minutes. @throws ConnectorError `ERR_TRANSIENT` when to open again */
  receive(call: CallOptions): Promise<readonly EventMessage[]>;
  close(): Promise<void>;
}

interface Reply {
  readonly channel?: string;
  readonly successful?: boolean;
  readonly error?: string;
  readonly clientId?: string;
  readonly ext?: { readonly sfdc?: { readonly failureReason?: string } };
  readonly advice?: { readonly reconnect?: string };
  readonly data?: {
    readonly event?: { readonly replayId?: number };
    readonly payload?: Readonly<Record<string, unknown>>;
  };
}

/** The server holds a poll for 110 s. */
const pollMs = 150_000;
const farewellMs = 3_000;

export function openBayeuxClient(
  { apiVersion, eventChannel, instanceUrl, loginUrl }: SalesforceConfiguration,
  auth: AuthStrategy,
  { governor: _governor, retry: _retry, deadlineMs: _deadline, ...pipeline }: PipelineOptions,
): BayeuxClient {
  const { clock = systemClock } = pipeline;
  // The server that has the subscription is found by cookies.
  const cookies = createCookieJar(() => clock.now());
  const http = createHttpClient({
    ...pipeline,
    // A poll is no load: it shall not take a place among the requests.
    attemptTimeoutMs: pollMs,
    deadlineMs: pollMs + 30_000,
    retry: { maxAttempts: 1 },
    system: 'salesforce',
    baseUrl: instanceUrl ?? loginUrl,
    auth: {
      ...auth,
      async authorize(draft, context) {
        await auth.authorize(draft, context);
        const cookie = cookies.header();
        if (cookie !== undefined) draft.headers.cookie = cookie;
      },
    },
    classify: classifyBayeux,
  });
  let clientId: string | undefined;
  /** The server will have no more of this subscription. */
  let isEnded = false;

  async function send(message: object, call: CallOptions) {
    const answer = await http.send({
      ...call,
      method: 'POST',
      url: `/cometd/${apiVersion}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([message]),
      operation: 'events',
    });
    cookies.store(answer.headers['set-cookie']);
    const replies = answer.json();
    if (!Array.isArray(replies)) throw again('What Salesforce answered is no Bayeux message.');
    return { replies: replies as readonly Reply[], date: Date.parse(answer.headers.date ?? '') };
  }

  return {
    async open(replay, call) {
      const hello = await send(
        {
          channel: '/meta/handshake',
          version: '1.0',
          minimumVersion: '1.0',
          supportedConnectionTypes: ['long-polling'],
          ext: { replay: true },
        },
        call,
      );
      const [handshake] = hello.replies;
      clientId = handshake?.clientId;
      if (handshake?.successful !== true || clientId === undefined)
        throw refused(handshake, { step: 'handshake' });
      isEnded = false;
      const position = replay === 'oldest' ? -2 : replay === 'next' ? -1 : replay;
      const { replies } = await send(
        {
          channel: '/meta/subscribe',
          clientId,
          subscription: eventChannel,
          ext: { replay: { [eventChannel]: position } },
        },
        call,
      );
      const subscription = replies.find(({ channel }) => channel === '/meta/subscribe');
      if (subscription?.successful !== true)
        throw refused(subscription, { step: 'subscribe', channel: eventChannel });
      return Number.isNaN(hello.date) ? undefined : hello.date;
    },

    async receive(call) {
      if (isEnded) throw refused(undefined);
      const message = { channel: '/meta/connect', clientId, connectionType: 'long-polling' };
      const { replies } = await send(message, call);
      const connect = replies.find(({ channel }) => channel === '/meta/connect');
      // Without its answer to the poll the server would be asked again at once, and for ever.
      if (connect?.successful !== true) throw refused(connect);
      // Since version 64 the server says so; what came with it is handed out first.
      isEnded = replies.some(
        ({ channel, advice }) =>
          channel === '/meta/disconnect' || /^(?:handshake|none)$/.test(advice?.reconnect ?? ''),
      );
      return replies.flatMap(({ channel = '', data }) => {
        const { event, payload } = data ?? {};
        return typeof event?.replayId === 'number' && payload !== undefined
          ? [{ channel, replayId: event.replayId, payload }]
          : [];
      });
    },

    async close() {
      // The server forgets a client that does not come back; telling it is a courtesy.
      if (clientId !== undefined) {
        const leaving = new AbortController();
        const { signal } = leaving;
        const told = send({ channel: '/meta/disconnect', clientId }, { signal });
        // Nobody waits as long as a poll may take.
        await Promise.race([told, clock.sleep(farewellMs, signal)]).catch(() => undefined);
        leaving.abort();
        await told.catch(() => undefined);
      }
      await http.close();
    },
  };
}

/** A session that has ended is told with status 200. */
const classifyBayeux: ClassifyResponse = (response, request) => {
  if (response.status >= 300) return classifySalesforceResponse(response, request);
  if (!response.text().includes('401::')) return undefined;
  const replies = response.json();
  const isSignedOut =
    Array.isArray(replies) &&
    (replies as readonly Reply[]).some(
      ({ successful, error, ext }) =>
        successful === false &&
        (error?.startsWith('401::') === true ||
          ext?.sfdc?.failureReason?.startsWith('401::') === true),
    );
  return isSignedOut
    ? salesforceError([{ code: 'INVALID_SESSION_ID', message: '', fields: [] }], 401)
    : undefined;
};

/**
 * `400::The replayId {4711} you provided was invalid. …`
 *
 * @param of - where a refusal is for good; a poll that is refused is a stream to open again
 */
function refused(
  reply: Reply | undefined,
  of?: { readonly step: 'handshake' } | { readonly step: 'subscribe'; readonly channel: string },
): ConnectorError {
  const reason = reply?.ext?.sfdc?.failureReason ?? reply?.error ?? '';
  const status = Number(/^(\d{3}):/.exec(reason)?.[1] ?? 0);
  const common = { vendorCode: String(status), system: 'salesforce' };
  // "403::Organization total events daily limit exceeded"
  if (/limit exceeded/i.test(reason)) {
    return new ConnectorError({
      ...common,
      code: 'ERR_RATE_LIMITED',
      category: 'rate-limit',
      message:
        'The org has used up its limit of events or of clients that listen. Try again later.',
    });
  }
  if (status === 400 && /replay ?id/i.test(reason)) {
    return new ConnectorError({
      code: 'ERR_CHECKPOINT_EXPIRED',
      category: 'conflict',
      message:
        'Salesforce does not keep the events behind this checkpoint any more (it keeps them for 72 hours). Begin without a checkpoint, and read by `list` or `changes` what was missed.',
      system: 'salesforce',
    });
  }
  // Another server than the one of the handshake has answered, or that one was started anew.
  if (/unknown client/i.test(reason)) return again(`Salesforce ended the subscription: ${reason}.`);
  if (of?.step === 'handshake' && status === 403) {
    return new ConnectorError({
      ...common,
      code: 'ERR_PERMISSION_DENIED',
      category: 'permission',
      message:
        'Salesforce does not let this user listen to events. Give the user "API Enabled" and access to the Streaming API.',
    });
  }
  if (of?.step === 'subscribe' && (status === 403 || status === 404 || status === 400)) {
    return new ConnectorError({
      ...common,
      code: status === 403 ? 'ERR_PERMISSION_DENIED' : 'ERR_CONFIGURATION',
      category: status === 403 ? 'permission' : 'configuration',
      message: `Salesforce does not let this user subscribe to ${of.channel}. Check the setting eventChannel, that the objects are selected in Setup under Change Data Capture, and that the user may see them.`,
      path: 'eventChannel',
    });
  }
  return again(`Salesforce ended the subscription${reason && `: ${reason.slice(0, 100)}`}.`);
}

const again = (message: string): ConnectorError =>
  new ConnectorError({
    code: 'ERR_TRANSIENT',
    category: 'transient',
    message,
    system: 'salesforce',
  });
