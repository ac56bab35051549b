// One process of a storm: callers that share one connection. Started by `storm-world.ts`.
import { flushCompileCache } from 'node:module';
import {
  type AuthStrategy,
  ConnectorError,
  createHttpClient,
  oauth2AuthorizationCode,
  storeIssuedToken,
  systemClock,
} from '@common/connector-core';
import type { WorkerOrder, WorkerReport } from './storm-messages.ts';
import { openTokens } from './storm-vault.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as WorkerOrder;
const { serverUrl, storePath, connection, mode, callers } = order;
const { tokens, close } = openTokens(storePath);
const headers = { 'x-worker': String(process.pid) };
let stopping = false;
let calls = 0;

const tell = (report: WorkerReport): void => void process.send?.(report);

/** As it is done without a single flight: whoever finds the token expired refreshes it. */
const naive: AuthStrategy = {
  kind: 'naive',
  async authorize(draft) {
    let token = (await tokens.read(connection))?.token;
    if (token === undefined || (token.expiresAt ?? 0) <= Date.now()) {
      const form = { grant_type: 'refresh_token', refresh_token: token?.refreshToken ?? '' };
      const body = new URLSearchParams(form);
      const response = await fetch(`${serverUrl}/token`, { method: 'POST', body, headers });
      if (!response.ok) throw new Error(`refused: ${response.status}`);
      const answer = (await response.json()) as Record<string, string>;
      const issued = {
        accessToken: answer.access_token ?? '',
        refreshToken: answer.refresh_token ?? '',
        expiresInMs: Number(answer.expires_in) * 1000,
      };
      token = (await storeIssuedToken({ tokens, connection, issued, clock: systemClock })).token;
    }
    draft.headers.authorization = `Bearer ${token.accessToken}`;
  },
};

const auth =
  mode === 'naive'
    ? naive
    : oauth2AuthorizationCode({
        authorizationUrl: `${serverUrl}/authorize`,
        tokenUrl: `${serverUrl}/token`,
        redirectUri: 'https://app.example.com/callback',
        clientId: 'storm',
        clientSecret: 'storm',
        headers,
      });
const client = createHttpClient({
  system: 'storm',
  baseUrl: serverUrl,
  auth,
  tokens,
  connection,
  // Fifty processes on two cores take their time; that is not what is measured.
  deadlineMs: 600_000,
});

async function call(): Promise<void> {
  try {
    await client.send({ method: 'GET', url: '/api' });
    calls += 1;
  } catch (error) {
    if (ConnectorError.isInstance(error) && error.code === 'ERR_REAUTHORIZATION_REQUIRED') {
      tell({ kind: 'reauthorization' });
    } else {
      const code = ConnectorError.isInstance(error) ? `${error.code}: ` : '';
      tell({ kind: 'failure', error: `${code}${error instanceof Error ? error.message : error}` });
    }
  }
}

/** Calls one after the other, with a pause between as real work has. */
async function caller(): Promise<void> {
  while (!stopping) {
    await call();
    await systemClock.sleep(5 + Math.random() * 20);
  }
}

async function work(): Promise<void> {
  const each = mode === 'forever' ? caller : call;
  await Promise.all(Array.from({ length: callers }, each));
  await client.close();
  await close();
  tell({ kind: 'done', calls });
  process.disconnect();
}

process.on('message', (message) => {
  if (message === 'go') void work();
  else stopping = true;
});
process.on('disconnect', () => process.exit(0));
// Now: one that is killed never gets to it.
flushCompileCache();
tell({ kind: 'ready' });
