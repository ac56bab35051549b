// A token server of its own process: rotates refresh tokens, and revokes the whole family when one
// comes a second time, as Salesforce does since 2026. Its API takes the access tokens of families
// that are not revoked. Started by `storm-world.ts`.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerEvent } from './storm-messages.ts';
import { seededRandom } from './storm-random.ts';

interface Family {
  valid: string;
  revoked: boolean;
}

const [seed = '1', lifeMs = '3600000', unavailable = '0'] = process.argv.slice(2);
const random = seededRandom(Number(seed));
/** By refresh token and by access token. */
const familyOf = new Map<string, Family>();
let requests = 0;
let issued = 0;

const tell = (event: ServerEvent): void => void process.send?.(event);
const pause = (mostMs: number) => new Promise((resolve) => setTimeout(resolve, random() * mostMs));

function issue(family: Family): object {
  issued += 1;
  const access = `a${issued}`;
  family.valid = `r${issued}`;
  familyOf.set(access, family);
  familyOf.set(family.valid, family);
  return {
    access_token: access,
    refresh_token: family.valid,
    token_type: 'Bearer',
    expires_in: Number(lifeMs) / 1000,
  };
}

async function read(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function refresh(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = await read(request);
  const refreshToken = form.get('refresh_token') ?? '';
  requests += 1;
  const id = requests;
  const worker = Number(request.headers['x-worker']);
  tell({ kind: 'received', request: id, worker, refreshToken, at: Date.now() });
  // From here on the client may die: what it asked for is done all the same.
  await pause(4);
  if (random() < Number(unavailable)) {
    tell({ kind: 'acted', request: id, outcome: 'unavailable' });
    answer(response, 503, {});
    return;
  }
  const family = familyOf.get(refreshToken);
  if (family === undefined || family.revoked || family.valid !== refreshToken) {
    const isReuse = family !== undefined && !family.revoked;
    if (isReuse) family.revoked = true;
    tell({ kind: 'acted', request: id, outcome: isReuse ? 'reused' : 'refused' });
    answer(response, 400, { error: 'invalid_grant' });
    return;
  }
  const token = issue(family);
  tell({ kind: 'acted', request: id, outcome: 'rotated', next: family.valid });
  await pause(4);
  answer(response, 200, token);
}

const server = createServer((request, response) => {
  if (request.url === '/token') {
    refresh(request, response).catch(() => response.destroy());
    return;
  }
  if (request.url === '/grant') {
    answer(response, 200, issue({ valid: '', revoked: false }));
    return;
  }
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const family = familyOf.get(token);
  answer(response, family === undefined || family.revoked ? 401 : 200, {});
});
server.listen(0, '127.0.0.1', () =>
  tell({ kind: 'listening', port: (server.address() as AddressInfo).port }),
);
process.on('disconnect', () => process.exit(0));
