import { manualClock } from '../clock/manual-clock.ts';
import type { LifecycleEvent } from '../contract/lifecycle-event.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import type { HttpClientOptions } from '../http/http-client-options.ts';
import { scriptedTransport } from '../http/scripted-transport.fixture.ts';
import type { ConnectorObserver } from './connector-observer.ts';

/** An observer that writes everything down, in order. */
export function recordingObserver() {
  const heard: [string, unknown][] = [];
  const note =
    (what: string) =>
    (details: unknown): undefined => {
      heard.push([what, details]);
    };
  const observer: ConnectorObserver = {
    lifecycle: note('lifecycle'),
    records: note('records'),
    operation(start) {
      heard.push(['operation', start]);
      return {
        admitted: note('admitted'),
        attemptStarted: note('attemptStarted'),
        attemptEnded: note('attemptEnded'),
        retry: note('retry'),
        ended: note('ended'),
      };
    },
  };
  const all = (what: string) => heard.flatMap(([name, details]) => (name === what ? details : []));
  return {
    observer,
    heard,
    steps: () => heard.map(([name]) => name),
    all,
    events: () => all('lifecycle') as LifecycleEvent[],
  };
}

/** A client on a server in memory. */
export function observedClient(
  script: Parameters<typeof scriptedTransport>[0],
  options: Omit<Partial<HttpClientOptions>, 'clock'> = {},
) {
  const clock = manualClock(Date.parse('2026-11-20T12:00:00Z'));
  const transport = scriptedTransport(script);
  const client = createHttpClient({
    system: 'test',
    baseUrl: 'https://erp.example.com/api',
    random: () => 0.5,
    ...{ transport, clock, ...options },
  });
  return { client, clock, transport };
}
