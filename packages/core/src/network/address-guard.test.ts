import type { LookupAddress } from 'node:dns';
import { afterEach, describe, expect, it } from 'vitest';
import { axiosTransport } from '../http/axios-transport.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import { createAddressGuard } from './address-guard.ts';
import { failureOf, type Loopback, serve } from './loopback.fixture.ts';
import type { NetworkPolicy } from './network-policy.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(location?: (port: number) => string): Promise<Loopback> {
  const server: Loopback = await serve((request, response) => {
    if (request.url === '/redirect' && location !== undefined) {
      response.writeHead(302, { location: location(server.port) });
    }
    response.end('{}');
  });
  closers.push(server.close);
  return server;
}

interface Call {
  readonly baseUrl: string;
  readonly network?: NetworkPolicy | undefined;
  /** What names stand for, call by call; the last answer stays. */
  readonly answers?: readonly (readonly string[])[];
  readonly path?: string;
}

function clientOf({ baseUrl, network, answers }: Call) {
  let asked = 0;
  const transport = axiosTransport({
    ...(network && { network }),
    ...(answers && {
      resolveHost: async () =>
        answers[Math.min(asked++, answers.length - 1)]!.map(
          (address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }),
        ),
    }),
  });
  const client = createHttpClient({ system: 'erp', baseUrl, transport, retry: { maxAttempts: 1 } });
  closers.push(client.close, transport.close);
  return client;
}

const get = (call: Call) => clientOf(call).send({ method: 'GET', url: call.path ?? '/' });

const deny = { addresses: { deny: 'private' } } as const;

describe('with private addresses denied', () => {
  it.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '169.254.169.254',
    '[fd12:3456::1]',
    '[fe80::1]',
    '[ff02::1]',
    '100.64.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '255.255.255.255',
  ])('%s is not connected to', async (host) => {
    const { port, connections } = await start();
    const error = await failureOf(get({ baseUrl: `http://${host}:${port}`, network: deny }));
    expect(error).toMatchObject({
      code: 'ERR_BLOCKED_ADDRESS',
      category: 'configuration',
      retryable: false,
      notExecuted: true,
    });
    expect(error.message).toContain('network.addresses.allow');
    expect(connections()).toBe(0);
  });

  it.each([
    ['localhost', undefined],
    ['localhost.', [['127.0.0.1']]],
    ['erp.example.com', [['127.0.0.1']]],
    ['erp.example.com', [['::1', '10.1.2.3']]],
    ['erp.example.com', [['::ffff:127.0.0.1']]],
    ['erp.example.com', [['fd00::1']]],
    ['erp.example.com', [['not an address']]],
    ['erp.example.com', [[]]],
  ])('%s is not, when it stands for %j', async (host, answers) => {
    const { port, connections } = await start();
    const call = { baseUrl: `http://${host}:${port}`, network: deny };
    const error = await failureOf(get(answers === undefined ? call : { ...call, answers }));
    expect(error).toMatchObject({ code: 'ERR_BLOCKED_ADDRESS', notExecuted: true });
    expect(connections()).toBe(0);
  });

  it('a name is looked at for every connection, and what it led to is what is connected to', async () => {
    const { port, connections } = await start();
    const client = clientOf({
      baseUrl: `http://erp.example.com:${port}`,
      network: { addresses: { deny: 'private', allow: ['127.0.0.1'] } },
      // Whoever asked twice for one connection would connect to the second.
      answers: [['127.0.0.1'], ['127.0.0.2']],
    });
    const both = [1, 2].map(() => client.send({ method: 'GET', url: '/' }));
    const [first, second] = await Promise.allSettled(both);
    expect(first).toMatchObject({ value: { status: 200 } });
    expect(second).toMatchObject({ reason: { code: 'ERR_BLOCKED_ADDRESS' } });
    expect(connections()).toBe(1);
  });

  it('of several addresses only the allowed ones are connected to', async () => {
    const { port, connections } = await start();
    const response = await get({
      baseUrl: `http://erp.example.com:${port}`,
      network: { addresses: { deny: 'private', allow: ['127.0.0.1'] } },
      answers: [['169.254.169.254', '10.0.0.1', '127.0.0.1']],
    });
    expect(response.status).toBe(200);
    expect(connections()).toBe(1);
  });

  it('the address of a name is told in the cause, not in the message', async () => {
    const answers = [['10.20.30.40']];
    const error = await failureOf(
      get({ baseUrl: 'http://erp.example.com', network: deny, answers }),
    );
    expect(error.message).not.toContain('10.20');
    expect((error.cause as Error).message).toBe('erp.example.com stands for 10.20.30.40');
  });

  it.each([
    ['127.0.0.1', ['127.0.0.0/8']],
    ['127.0.0.1', ['127.0.0.1']],
    ['localhost', ['127.0.0.1', '::1']],
  ])('%s is reached when %j is allowed', async (host, allow) => {
    const { port } = await start();
    const network = { addresses: { deny: 'private', allow } } as const;
    expect((await get({ baseUrl: `http://${host}:${port}`, network })).status).toBe(200);
  });

  it.each(['8.8.8.8', '2620:fe::fe', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    'the public address %s is reached',
    (host) => {
      expect(createAddressGuard(deny).refuse(host)).toBeUndefined();
    },
  );
});

describe('without a policy', () => {
  it('loopback and private networks are reached: the base URL is the word of the operator', async () => {
    const { url } = await start();
    expect((await get({ baseUrl: url })).status).toBe(200);
  });

  it.each([
    '169.254.169.254',
    '[::ffff:169.254.169.254]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::a9fe:a9fe]',
    '[2002:a9fe:a9fe::]',
    '[::169.254.169.254]',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '[fd00:ec2::254]',
    '[fd20:ce::254]',
  ])('the metadata service at %s is not', async (host) => {
    const error = await failureOf(get({ baseUrl: `http://${host}` }));
    expect(error.code).toBe('ERR_BLOCKED_ADDRESS');
    expect(error.message).toContain('metadata service, which hands out credentials of the machine');
  });

  it('nor by a name', async () => {
    const call = { baseUrl: 'http://erp.example.com', answers: [['169.254.169.254']] };
    expect(await failureOf(get(call))).toMatchObject({ code: 'ERR_BLOCKED_ADDRESS' });
  });

  it.each([
    [['0.0.0.0/0', '169.254.0.0/16', '169.254.169.254/31'], false],
    [['169.254.169.254'], true],
    [['169.254.169.254/32'], true],
  ] as const)('and when %j is allowed it is reached: %s', (allow, isReached) => {
    const refused = createAddressGuard({ addresses: { allow } }).refuse('169.254.169.254');
    expect(refused === undefined).toBe(isReached);
  });
});

describe('a list of hosts', () => {
  it.each([
    // hosts, host, what it stands for, reached
    [['erp.example.com'], 'erp.example.com', '127.0.0.1', true],
    [['ERP.example.com.'], 'erp.example.com', '127.0.0.1', true],
    [['erp.example.com'], 'a.erp.example.com', '127.0.0.1', false],
    [['*.example.com'], 'erp.example.com', '127.0.0.1', true],
    [['*.example.com'], 'example.com', '127.0.0.1', false],
    [['*.example.com'], 'badexample.com', '127.0.0.1', false],
    [['127.0.0.0/8'], 'erp.example.com', '127.0.0.1', true],
    [['10.0.0.0/8'], 'erp.example.com', '127.0.0.1', false],
    [['10.0.0.0/8', '*.example.com'], 'erp.example.com', '127.0.0.1', true],
    [['127.0.0.1'], '127.0.0.1', '', true],
    [['127.0.0.2'], '127.0.0.1', '', false],
    [['erp.example.com'], '127.0.0.1', '', false],
    [[], '127.0.0.1', '', false],
  ] as [string[], string, string, boolean][])(
    '%j: %s at %s is reached: %s',
    async (hosts, host, address, reached) => {
      const { port, connections } = await start();
      const call = { baseUrl: `http://${host}:${port}`, network: { hosts }, answers: [[address]] };
      if (reached) {
        expect((await get(call)).status).toBe(200);
        return;
      }
      const error = await failureOf(get(call));
      expect(error).toMatchObject({ code: 'ERR_BLOCKED_ADDRESS', category: 'configuration' });
      expect(error.message).toContain('not among network.hosts');
      expect(connections()).toBe(0);
    },
  );

  it('of names keeps others from being looked up at all', async () => {
    let asked = 0;
    const resolveHost = async () => {
      asked += 1;
      return [];
    };
    const transport = axiosTransport({ network: { hosts: ['erp.example.com'] }, resolveHost });
    closers.push(transport.close);
    const baseUrl = 'https://other.example.com';
    const client = createHttpClient({ system: 'erp', baseUrl, transport });
    expect(await failureOf(client.send({ method: 'GET', url: '/' }))).toMatchObject({
      code: 'ERR_BLOCKED_ADDRESS',
    });
    expect(asked).toBe(0);
  });

  it('does not lift what is denied', async () => {
    const call = { baseUrl: 'http://erp.example.com', answers: [['10.0.0.1']] };
    const network = { ...deny, hosts: ['erp.example.com'] };
    expect((await failureOf(get({ ...call, network }))).message).toContain('not a public address');
  });

  it.each([
    'https://erp.example.com',
    'erp.example.com:443',
    'erp.example.com/odata',
    '*',
    '',
    '10.0.0.0/40',
    'a b',
  ])('cannot have "%s" in it', (entry) => {
    expect(() => axiosTransport({ network: { hosts: [entry] } })).toThrow(
      'without protocol, port and path',
    );
  });
});

describe('an entry that cannot be read', () => {
  it.each([
    [{ addresses: { allow: ['erp.example.com'] } }, 'network.addresses.allow has the entry'],
    [{ addresses: { deny: 'all' } }, 'neither "metadata" nor "private"'],
    [
      { adresses: { deny: 'private' } },
      'no setting network.adresses. Those that exist are tls, proxy',
    ],
    [{ addresses: { denied: 'private' } }, 'no setting network.addresses.denied'],
    [{ tls: { rejectUnauthorized: false } }, 'no setting network.tls.rejectUnauthorized'],
    [{ tls: { pins: { a: 'sha256/x' } } }, 'network.tls.pins has to be a list'],
    [{ proxy: 'http://proxy:3128' }, 'network.proxy has to be an object of url, username'],
    [{ proxy: { host: 'proxy' } }, 'no setting network.proxy.host'],
    [{ hosts: 'erp.example.com' }, 'network.hosts has to be a list'],
    [{ addresses: { allow: [10] } }, 'network.addresses.allow has to be a list'],
    [{ tls: { caMode: 'only' } }, 'neither "add" nor "replace"'],
    [{ tls: { servernames: { '10.0.0.1': '10.0.0.2' } } }, 'has an IP address where the name'],
  ] as unknown as [NetworkPolicy, string][])(
    '%j is refused when the client is made',
    (network, text) => {
      const options = { system: 'erp', baseUrl: 'https://erp.example.com', network };
      expect(() => createHttpClient(options)).toThrow(text);
    },
  );

  it('so is a policy beside a transport, which would not follow it', () => {
    const options = { system: 'erp', baseUrl: 'https://erp.example.com', network: deny };
    expect(() => createHttpClient({ ...options, transport: axiosTransport() })).toThrow(
      'axiosTransport({ network })',
    );
  });
});

describe('an address that is none of http', () => {
  it.each([
    'data:application/json,{}',
    'file:///etc/passwd',
    'ftp://erp.example.com/',
    '/orders',
    'javascript:1',
  ])('%s is not read by the transport', async (url) => {
    const transport = axiosTransport();
    closers.push(transport.close);
    const { signal } = new AbortController();
    const request = {
      method: 'GET',
      url,
      headers: {},
      signal,
      maxBytes: 100,
      stream: false,
    } as const;
    expect(await failureOf(transport.exchange(request))).toMatchObject({
      code: 'ERR_BLOCKED_ADDRESS',
    });
  });
});

describe('a redirect', () => {
  it.each([
    ['to a private address', () => 'http://169.254.169.254/latest/meta-data/'],
    ['to another port', (port: number) => `http://127.0.0.1:${port + 1}/`],
    ['to another name of the same host', (port: number) => `http://localhost:${port}/`],
    ['to another protocol', (port: number) => `https://127.0.0.1:${port}/`],
    ['that keeps the protocol', () => '//evil.example.com/'],
    ['with backslashes', () => '\\\\evil.example.com\\'],
    ['with a slash and a backslash', () => '/\\evil.example.com/'],
    ['with a user', (port: number) => `http://ann@127.0.0.1:${port}/`],
    ['with a password only', (port: number) => `http://:pw@127.0.0.1:${port}/`],
    ['that looks like the host', (port: number) => `http://127.0.0.1:${port}@evil.example.com/`],
    ['to a file', () => 'file:///etc/passwd'],
    ['to data', () => 'data:application/json,{}'],
    ['to no address', () => 'http://'],
  ])('%s is not followed', async (_, location) => {
    const { url, connections } = await start(location);
    const error = await failureOf(get({ baseUrl: url, path: '/redirect' }));
    expect(error).toMatchObject({ code: 'ERR_CROSS_ORIGIN', retryable: false });
    expect(connections()).toBe(1);
  });

  it.each(['/orders', 'orders?a=1', '?a=1'])('to %s on the same origin is', async (location) => {
    const { url } = await start(() => location);
    expect((await get({ baseUrl: url, path: '/redirect' })).status).toBe(200);
  });
});
