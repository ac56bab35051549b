import type { SandboxRoute } from '../../toolkit/router.ts';
import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import type { SandboxRequest } from '../../toolkit/sandbox-request.ts';
import type { SandboxResponse } from '../../toolkit/sandbox-response.ts';
import type { SeededRandom } from '../../toolkit/seeded-random.ts';
import { isJsonObject } from '../call.ts';
import { eventMessage } from './change-events.ts';
import type { EventLog } from './event-log.ts';

export interface CometdEndpoint {
  readonly routes: readonly SandboxRoute[];
  /** Clients that are connected. */
  count(): number;
  /** Answers what is being held. */
  close(): void;
}

type Message = Readonly<Record<string, unknown>>;

interface BayeuxClient {
  readonly id: string;
  /** Channel to the replay id that was delivered last. */
  readonly subscriptions: Map<string, number>;
  seenMs: number;
  /** The first connect is answered at once. */
  hasConnected: boolean;
  /** Ends the hold of a connect. */
  wake: (() => void) | undefined;
}

// The server forgets a client that does not connect for so long.
const maximumAbsenceMs = 40_000;
const mostAtOnce = 500;
const advice = { interval: 0, timeout: 110_000, reconnect: 'retry' };

/** CometD long polling for change events: Bayeux 1.0 with the replay extension. */
export function createCometdEndpoint(options: {
  readonly log: EventLog;
  readonly clock: SandboxClock;
  readonly random: SeededRandom;
  readonly isSignedIn: (request: SandboxRequest) => boolean;
  /** Real milliseconds that a connect is held while nothing happens. */
  readonly longPollMs: number;
}): CometdEndpoint {
  const { log, clock, random, isSignedIn, longPollMs } = options;
  const clients = new Map<string, BayeuxClient>();
  let isClosed = false;

  const findClient = (message: Message): BayeuxClient | undefined => {
    const client = clients.get(String(message.clientId));
    if (!client) return undefined;
    if (client.wake || clock.now() - client.seenMs <= maximumAbsenceMs) return client;
    clients.delete(client.id);
    return undefined;
  };

  const reply = (message: Message, rest: Message): Message => ({
    channel: message.channel,
    ...(message.id === undefined ? {} : { id: message.id }),
    ...(message.clientId === undefined ? {} : { clientId: message.clientId }),
    ...rest,
  });
  const refuse = (message: Message, error: string, rest: Message = {}): Message =>
    reply(message, { successful: false, error, ...rest });
  const unknownClient = (message: Message): Message =>
    refuse(message, '403::Unknown client', { advice: { interval: 0, reconnect: 'handshake' } });
  const unauthenticated = (message: Message): Message =>
    message.channel === '/meta/handshake'
      ? refuse(message, '403::Handshake denied', {
          ext: { sfdc: { failureReason: '401::Authentication invalid' }, replay: true },
          advice: { reconnect: 'none' },
        })
      : refuse(message, '401::Authentication invalid', {
          advice: { interval: 0, reconnect: 'none' },
        });

  const handshake = (message: Message): Message => {
    const id = random.uuid().replaceAll('-', '');
    clients.set(id, {
      id,
      subscriptions: new Map(),
      seenMs: clock.now(),
      hasConnected: false,
      wake: undefined,
    });
    return reply(message, {
      clientId: id,
      version: '1.0',
      minimumVersion: '1.0',
      supportedConnectionTypes: ['long-polling'],
      ext: { replay: true, 'payload.format': true },
      advice,
      successful: true,
    });
  };

  const readReplay = (message: Message, channel: string): number => {
    const ext = isJsonObject(message.ext) ? message.ext : {};
    const replay = isJsonObject(ext.replay) ? ext.replay[channel] : undefined;
    return typeof replay === 'number' ? replay : -1;
  };

  const subscribe = (message: Message, client: BayeuxClient): readonly Message[] =>
    [message.subscription].flat().map((subscription) => {
      const channel = String(subscription);
      const answer = (rest: Message): Message => reply(message, { subscription: channel, ...rest });
      if (!log.hasChannel(channel)) {
        const error = `404::The channel you requested to subscribe to {${channel}} does not exist`;
        return answer({ successful: false, error });
      }
      const replay = readReplay(message, channel);
      if (replay >= 0 && !log.isRetained(replay)) {
        const error = `400::The replayId {${replay}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`;
        return answer({ successful: false, error });
      }
      client.subscriptions.set(
        channel,
        replay === -1 ? log.lastReplayId : replay === -2 ? 0 : replay,
      );
      client.wake?.();
      return answer({ successful: true });
    });

  const unsubscribe = (message: Message, client: BayeuxClient): Message => {
    for (const channel of [message.subscription].flat())
      client.subscriptions.delete(String(channel));
    return reply(message, { subscription: message.subscription, successful: true });
  };

  const takeEvents = (client: BayeuxClient): readonly Message[] => {
    const found = [...client.subscriptions].flatMap(([channel, after]) =>
      log.after(channel, after).map((event) => ({ channel, event })),
    );
    found.sort((left, right) => left.event.replayId - right.event.replayId);
    const taken = found.slice(0, mostAtOnce);
    for (const { channel, event } of taken) client.subscriptions.set(channel, event.replayId);
    return taken.map(({ channel, event }) => eventMessage(channel, event));
  };

  const hold = (client: BayeuxClient): Promise<void> =>
    new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        stopListening();
        if (client.wake === finish) client.wake = undefined;
        resolve();
      };
      const timer = setTimeout(finish, longPollMs);
      const stopListening = log.onPublish(() => {
        const isWanted = [...client.subscriptions].some(
          ([channel, after]) => log.after(channel, after).length > 0,
        );
        if (isWanted) finish();
      });
      // A second connect of the same client takes the place of the first.
      client.wake?.();
      client.wake = finish;
      if (isClosed) finish();
    });

  const connect = async (
    message: Message,
    client: BayeuxClient,
    request: SandboxRequest,
  ): Promise<readonly Message[]> => {
    client.seenMs = clock.now();
    let events = takeEvents(client);
    if (events.length === 0 && client.hasConnected) {
      await hold(client);
      if (!isSignedIn(request)) return [unauthenticated(message)];
      client.seenMs = clock.now();
      events = takeEvents(client);
    }
    client.hasConnected = true;
    return [...events, reply(message, { successful: true, advice })];
  };

  const answer = async (message: Message, request: SandboxRequest): Promise<readonly Message[]> => {
    if (!isSignedIn(request)) return [unauthenticated(message)];
    if (message.channel === '/meta/handshake') return [handshake(message)];
    const client = findClient(message);
    if (!client) return [unknownClient(message)];
    client.seenMs = clock.now();
    switch (message.channel) {
      case '/meta/connect':
        return connect(message, client, request);
      case '/meta/subscribe':
        return subscribe(message, client);
      case '/meta/unsubscribe':
        return [unsubscribe(message, client)];
      case '/meta/disconnect':
        clients.delete(client.id);
        client.wake?.();
        return [reply(message, { successful: true })];
      default:
        return [refuse(message, '403::Subscribers may not publish')];
    }
  };

  const handle = async (request: SandboxRequest): Promise<SandboxResponse> => {
    const given = request.json();
    const messages = (Array.isArray(given) ? given : [given]).filter(isJsonObject);
    const answers: Message[] = [];
    for (const message of messages) answers.push(...(await answer(message, request)));
    return { status: 200, body: answers };
  };

  return {
    routes: [
      { method: 'POST', path: '/cometd/:version', operation: 'stream', handler: handle },
      { method: 'POST', path: '/cometd/:version/*', operation: 'stream', handler: handle },
    ],
    count: () => clients.size,
    close() {
      isClosed = true;
      for (const client of clients.values()) client.wake?.();
    },
  };
}
