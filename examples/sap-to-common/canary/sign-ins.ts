import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  type AuthStrategy,
  bearer,
  createHttpClient,
  mutualTls,
  oauth1,
  oauth2AuthorizationCode,
  oauth2ClientCredentials,
  oauth2JwtBearer,
  oauth2RefreshToken,
  oauth2SamlBearer,
  sessionLogin,
} from '@common/connector-core';
import { authFromCredentials, validateCredentials } from '@common/connector-core/credentials';
import {
  createVault,
  environmentKeys,
  fileKeys,
  passphraseKeys,
  transitKeys,
} from '@common/connector-core/vault';
import {
  createWebhookReceiver,
  fetchHandler,
  standardWebhooks,
} from '@common/connector-core/webhooks';
import { openStore, sqlDeliveryLog, sqlSecretStore } from '@common/connector-runtime';
import { signStandardWebhook } from '@common/connector-sandbox';
import { certificate } from './certificate.ts';
import { echoOf, type RelayAnswer, type RelayRequest, startRelay } from './relay.ts';
import type { Stage } from './stage.ts';

const refusal = (status: number, request: RelayRequest): RelayAnswer => ({
  status,
  headers: { 'set-cookie': 'SID=x' },
  body: JSON.stringify({
    ...{ error: 'invalid_grant', error_description: echoOf(request), errors: [echoOf(request)] },
    ...{ message: echoOf(request), access_token_hint: request.body },
  }),
});

/** Every way to sign in, at a server that refuses, echoes, and now and then lets in. */
export async function runSignIns(stage: Stage): Promise<void> {
  const { canaries, pipeline, show, fails } = stage;
  const secret = (name: string) => canaries.make(name);
  const server = await startRelay(canaries);
  const tokenUrl = `${server.url}/token`;
  const client = { clientId: 'integration', clientSecret: secret('client secret') };
  const passphrase = secret('passphrase');
  const keyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKey = String(keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const encryptedKey = String(
    keyPair.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }),
  );
  for (const line of [...privateKey.split('\n'), ...encryptedKey.split('\n')].slice(1)) {
    if (!line.startsWith('-----')) canaries.note('private key', line);
  }
  const wrongPassphrase = secret('wrong passphrase');
  const jwt = { subject: 'ann', audience: tokenUrl };
  const saml = { issuer: 'idp', subject: 'ann', audience: 'sap', certificate };
  const sessionOf = (login: object) =>
    sessionLogin({ login: { url: '/login', ...login }, token: { json: 'access_token' } });
  const code = oauth2AuthorizationCode({
    ...{ tokenUrl, ...client, clientAuth: 'body' },
    ...{ authorizationUrl: `${server.url}/authorize`, redirectUri: 'http://localhost/callback' },
  });
  const strategies: Readonly<Record<string, AuthStrategy>> = {
    code,
    bearer: bearer({ token: secret('bearer token') }),
    oauth1: oauth1({
      ...{ consumerKey: secret('consumer key'), consumerSecret: secret('consumer secret') },
      ...{ token: secret('oauth1 token'), tokenSecret: secret('oauth1 token secret') },
    }),
    clientInBody: oauth2ClientCredentials({ tokenUrl, ...client, clientAuth: 'body' }),
    clientInHeader: oauth2ClientCredentials({ tokenUrl, ...client }),
    clientInJson: oauth2ClientCredentials({
      tokenUrl,
      ...client,
      clientAuth: 'body',
      format: 'json',
    }),
    signedClient: oauth2ClientCredentials({ tokenUrl, clientId: 'c', clientAuth: { privateKey } }),
    refreshToken: oauth2RefreshToken({
      tokenUrl,
      ...client,
      refreshToken: secret('refresh token'),
    }),
    jwtBearer: oauth2JwtBearer({ tokenUrl, clientId: 'c', clientAuth: 'none', ...jwt, privateKey }),
    ownAssertion: oauth2JwtBearer({ tokenUrl, ...client, assertion: secret('assertion') }),
    wrongPassphrase: oauth2JwtBearer({
      ...{ tokenUrl, clientId: 'c', clientAuth: 'none', ...jwt },
      ...{ privateKey: encryptedKey, passphrase: wrongPassphrase },
    }),
    saml: oauth2SamlBearer({ tokenUrl, ...client, assertion: { ...saml, privateKey } }),
    sessionJson: sessionOf({ json: { user: 'ann', password: secret('session password') } }),
    sessionForm: sessionOf({ form: { user: 'ann', password: secret('form password') } }),
    sessionBasic: sessionOf({ basic: { username: 'ann', password: secret('basic password') } }),
    sessionHeader: sessionOf({ headers: { 'x-login': secret('login header') } }),
    certificate: mutualTls({ cert: certificate, key: encryptedKey, passphrase: wrongPassphrase }),
    foreignKey: mutualTls({ cert: certificate, key: privateKey }),
    badCertificate: mutualTls({ cert: secret('certificate'), key: secret('key that is none') }),
    badFile: mutualTls({ pfx: Buffer.from(secret('pfx')).toString('base64'), passphrase }),
  };

  for (const [name, auth] of Object.entries(strategies)) {
    const http = createHttpClient({
      ...{ ...pipeline, system: 'vendor', baseUrl: server.url, connection: name, auth },
      headers: { 'x-vendor-key': `${secret('vendor key')}` },
    });
    const call = () =>
      http.send({ method: 'GET', url: `/api?key=${encodeURIComponent(secret('query'))}` });
    // Lets in, then knows the token no more.
    server.answer = (request) =>
      /^\/(?:token|login)/.test(request.url) ? issue(stage) : refusal(401, request);
    await fails(`${name} signed out`, call);
    for (const status of [400, 401, 500]) {
      server.answer = (request) => refusal(status, request);
      await fails(`${name} ${status}`, call);
    }
    show('health', http.health());
    show('objects', auth, http);
    await http.close();
  }

  const at = { connection: 'person', tokens: pipeline.tokens!, logger: pipeline.logger };
  const begun = async () => new URL(await code.authorizationUrl({ connection: 'person' }));
  const callback = (state: string, authorizationCode = secret('code')) =>
    code.handleCallback(`/callback?${new URLSearchParams({ code: authorizationCode, state })}`, at);
  await begun();
  await fails('wrong state', () => callback(secret('state')));
  const state = async () => (await begun()).searchParams.get('state') ?? '';
  server.answer = (request) => refusal(400, request);
  await fails('token endpoint echoes the code', async () => callback(await state()));
  server.answer = () => issue(stage);
  show('reports', await callback(await state()));
  server.answer = undefined;

  await runProxy(stage);
  await runStoredCredentials(stage);
  await runVault(stage, server.url, (answer) => {
    server.answer = answer;
  });
  await runWebhooks(stage);
  await server.close();
}

const issue = ({ canaries }: Stage): RelayAnswer => ({
  status: 200,
  headers: { 'set-cookie': `SID=${crypto.randomUUID()}` },
  body: JSON.stringify({
    ...{ token_type: 'Bearer', expires_in: 3600 },
    access_token: `access-${noted(canaries)}`,
    refresh_token: `refresh-${noted(canaries)}`,
  }),
});

function noted(canaries: Stage['canaries']): string {
  const value = crypto.randomUUID();
  canaries.note('issued token', value);
  return value;
}

/** A proxy that does not accept the password and says it back. */
async function runProxy({ canaries, pipeline, show, fails }: Stage): Promise<void> {
  const proxy = createServer().on('connect', ({ headers }, socket) => {
    const told = headers['proxy-authorization'];
    socket.end(
      `HTTP/1.1 407 Wrong ${told}\r\nproxy-authenticate: Basic realm="${told}"\r\n\r\n${told}`,
    );
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  const http = createHttpClient({
    ...{ ...pipeline, system: 'vendor', baseUrl: 'http://erp.example.com', connection: 'proxy' },
    network: {
      proxy: {
        url: `http://127.0.0.1:${port}`,
        username: 'ann',
        password: canaries.make('proxy password'),
      },
    },
  });
  await fails('proxy', () => http.send({ method: 'GET', url: '/' }));
  const password = canaries.make('password in the address of a proxy');
  await fails('proxy with credentials in its address', async () => {
    const url = `http://ann:${encodeURIComponent(password)}@127.0.0.1:${port}`;
    const inUrl = createHttpClient({
      ...{ ...pipeline, system: 'vendor', baseUrl: 'http://erp.example.com' },
      network: { proxy: { url } },
    });
    await inUrl.send({ method: 'GET', url: '/' });
  });
  const inAddress = canaries.make('password in the address of a system');
  await fails('credentials in the base URL', async () => {
    const baseUrl = `https://ann:${encodeURIComponent(inAddress)}@127.0.0.1:1`;
    await createHttpClient({ ...pipeline, system: 'vendor', baseUrl }).send({
      method: 'GET',
      url: '/',
    });
  });
  show('objects', http);
  await http.close();
  proxy.closeAllConnections();
  proxy.close();
}

/** Secrets in every field of credentials, beside a field that cannot be used. */
async function runStoredCredentials({ canaries, fails }: Stage): Promise<void> {
  const secret = canaries.make('stored credential');
  const all = {
    username: secret,
    password: secret,
    token: secret,
    value: secret,
    clientSecret: secret,
  };
  for (const kind of ['basic', 'bearer', 'api-key', 'oauth2-client-credentials', secret]) {
    await fails('validateCredentials', () =>
      validateCredentials({ kind, ...all, surplus: secret }),
    );
    await fails('authFromCredentials', () =>
      authFromCredentials({ kind, ...all, surplus: secret }),
    );
  }
}

/** Wrong keys, a wrong passphrase, a key server that refuses and echoes. */
async function runVault(
  stage: Stage,
  address: string,
  answerWith: (answer: ((request: RelayRequest) => RelayAnswer) | undefined) => void,
): Promise<void> {
  const { canaries, vault, store, show, fails, pipeline } = stage;
  const name = { connection: 'sap-production', name: 'credentials' };
  await vault.forTenant('acme').put(name, { password: canaries.make('stored password') });
  const secrets = sqlSecretStore({ store });
  const wrong = Buffer.from(crypto.randomUUID().replaceAll('-', '')).toString('base64');
  canaries.note('wrong vault key', wrong);
  const path = join(stage.stateFolder, 'no-such-key');
  const providers = {
    otherKey: environmentKeys({ environment: { COMMON_VAULT_KEY: `2026:${wrong}` } }),
    noKey: environmentKeys({
      environment: { COMMON_VAULT_KEY: canaries.make('vault key of wrong form') },
    }),
    noFile: fileKeys({ path }),
    passphrase: passphraseKeys({ passphrase: canaries.make('vault passphrase') }),
    transit: transitKeys({
      ...{ ...pipeline, address, token: canaries.make('key server token'), key: 'k' },
      tokens: undefined,
    } as never),
  };
  answerWith((request) => refusal(403, request));
  for (const [id, keys] of Object.entries(providers)) {
    const other = createVault({ secrets, keys });
    await fails(`vault ${id}`, async () => {
      await other.verifyKeys();
      await other.forTenant('acme').get(name);
    });
    await fails(`vault ${id} get`, () => other.forTenant('acme').get(name));
    show('vault', other, keys);
    await other.close();
  }
  answerWith(undefined);
  const ownStore = openStore({ url: join(stage.stateFolder, 'locked.db') });
  const ownFile = sqlSecretStore({ store: ownStore });
  const locked = createVault({
    secrets: ownFile,
    keys: passphraseKeys({ passphrase: canaries.make('right passphrase') }),
  });
  await locked.forTenant('locked').put(name, { password: canaries.make('locked password') });
  const guessing = createVault({
    secrets: ownFile,
    keys: passphraseKeys({ passphrase: canaries.make('guessed passphrase') }),
  });
  await fails('a guessed passphrase', () => guessing.forTenant('locked').get(name));
  show('vault', locked, guessing);
  await Promise.all([locked.close(), guessing.close()]);
  await ownStore.close();
}

/** Signatures of the wrong secret and of the right one, and an app that fails with what it was given. */
async function runWebhooks({ canaries, pipeline, store, show, fails }: Stage): Promise<void> {
  const secretOf = (name: string) => {
    const key = crypto.randomUUID().slice(0, 32);
    canaries.note(name, key);
    return `whsec_${Buffer.from(key).toString('base64')}`;
  };
  const right = secretOf('webhook secret');
  const receive = createWebhookReceiver({
    ...{ scheme: standardWebhooks({ secrets: right }), deliveries: sqlDeliveryLog({ store }) },
    logger: pipeline.logger,
  });
  const inBody = canaries.make('secret in a webhook');
  const body = JSON.stringify({
    type: 'a.b',
    timestamp: '2026-01-01T00:00:00Z',
    data: { password: inBody },
  });
  const send = async (secret: string, id: string, store: () => Promise<void>) => {
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = signStandardWebhook({ id, timestamp, body }, secret);
    const handler = fetchHandler({
      ...{ receive, store, logger: pipeline.logger },
      process: async (events) => {
        throw new Error(`cannot process ${JSON.stringify(events)}`);
      },
    });
    const request = new Request('http://app.example/hook?token=t', {
      method: 'POST',
      headers,
      body,
    });
    const { status, headers: answered } = await handler(request);
    show('webhook answers', { status, answered: Object.fromEntries(answered) });
  };
  await send(secretOf('wrong webhook secret'), 'm1', async () => undefined);
  await send(right, 'm2', async () => undefined);
  await send(right, 'm3', async () => {
    throw new Error(`cannot store ${body}`);
  });
  const bad = standardWebhooks({ secrets: canaries.make('webhook secret of wrong form') });
  await fails('a webhook secret of wrong form', async () => {
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = signStandardWebhook({ id: 'm4', timestamp, body }, right);
    const request = { method: 'POST', url: '/', headers, body: Buffer.from(body) };
    await bad.verify(request, { clock: { now: () => Date.now() } } as never);
  });
  show('objects', receive, bad);
}
