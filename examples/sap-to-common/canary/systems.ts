import { join } from 'node:path';
import {
  apiKey,
  basic,
  type IErpConnector,
  oauth2ClientCredentials,
  observeConnector,
  type RecordQuery,
  type Supplier,
} from '@common/connector-core';
import { auditConnector } from '@common/connector-core/audit';
import { common } from '@common/connector-core/common';
import { commonFactory } from '@common/connector-core/common/factory';
import { redactRecord } from '@common/connector-core/entities';
import { startCommonSandbox } from '@common/connector-sandbox/common';
import { startSapSandbox } from '@common/connector-sandbox/sap';
import { sap } from '@common/connector-sap';
import { sapFactory } from '@common/connector-sap/factory';
import { createSync, ndjsonTarget } from '@common/connector-sync';
import { addArtefact, facesOf } from './artefacts.ts';
import { echoOf, type Relay, type RelayAnswer, type RelayRequest, startRelay } from './relay.ts';
import type { Stage } from './stage.ts';

const sapError = (status: number, request: RelayRequest): RelayAnswer => ({
  status,
  headers: {
    'www-authenticate': `Bearer error="invalid_token", error_description="${echoed(request)}"`,
    'x-request-id': request.headers.authorization ?? `key=${JSON.stringify(request.headers)}`,
  },
  body: JSON.stringify({
    error: { code: `E/${echoed(request)}`, message: { lang: 'en', value: echoOf(request) } },
  }),
});
const commonError = (status: number, request: RelayRequest): RelayAnswer => ({
  status,
  headers: { 'x-request-id': String(request.headers.authorization) },
  body: JSON.stringify({
    ...{ error_code: 'E1', detail: echoOf(request), request_id: request.headers.authorization },
    timestamp: '2026-01-01T00:00:00Z',
  }),
});
/** What fits into a header. */
const echoed = ({ headers }: RelayRequest): string =>
  `authorization: ${headers.authorization}; cookie: ${headers.cookie}`.replaceAll('"', '');

const page = '<html><form action="/login?token=x"><input name="password"></form></html>';
const faults: readonly ((request: RelayRequest) => RelayAnswer)[] = [
  () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: page }),
  () => ({ status: 200, body: '{"d":{"results":[{' }),
];

/** Syncs over real sandboxes, everything that can go wrong on the way, and what is poisoned. */
export async function runSystems(stage: Stage): Promise<void> {
  const { canaries, artefacts, pipeline, store, trail, show, fails } = stage;
  const password = canaries.make('sap password');
  const oauthClient = { clientId: 'sap-client', clientSecret: canaries.make('sap client secret') };
  const key = canaries.make('sap api key');
  const sapSandbox = await startSapSandbox({
    ...{ users: { COMM_USER: password }, oauthClient, apiKey: key },
    ...{ products: 12, suppliers: 4, customers: 3, purchaseOrders: 3 },
  });
  const clientSecret = canaries.make('common client secret');
  const commonSandbox = await startCommonSandbox({ clientSecret, records: 4, sellers: 3 });
  const [sapRelay, commonRelay] = await Promise.all([
    startRelay(canaries, sapSandbox.url),
    startRelay(canaries, commonSandbox.url),
  ]);
  try {
    const baseUrl = sapRelay.url;
    const tokenUrl = `${baseUrl}/sap/bc/sec/oauth2/token`;
    const strategies = {
      basic: basic({ username: 'COMM_USER', password }),
      token: oauth2ClientCredentials({ tokenUrl, ...oauthClient, clientAuth: 'basic-unencoded' }),
      key: apiKey({ header: 'apikey', value: key }),
      wrong: basic({ username: 'COMM_USER', password: canaries.make('wrong password') }),
    };
    const watched = <Connector extends IErpConnector>(connector: Connector, connection: string) =>
      observeConnector(
        auditConnector(connector, {
          ...{ trail, tenant: 'acme', connection },
          payloadOf: (entity, change) =>
            'record' in change ? redactRecord(entity, change.record) : undefined,
        }),
        pipeline.observer ?? {},
      );
    const connectors: Record<string, { connector: IErpConnector; relay: Relay; entity: string }> =
      {};
    for (const [name, auth] of Object.entries(strategies)) {
      const options = { ...pipeline, connection: `sap-${name}`, baseUrl, auth, safetyLagMs: 0 };
      const connector = watched(sap(options) as unknown as IErpConnector, `sap-${name}`);
      connectors[name] = { connector, relay: sapRelay, entity: 'supplier' };
    }
    const companyId = commonSandbox.settings.company_id;
    const hubOf = (secret: string, connection: string) =>
      watched(
        common({
          ...{ ...pipeline, connection, baseUrl: commonRelay.url },
          ...{ clientId: 'common-demo', clientSecret: secret, companyId },
        }) as unknown as IErpConnector,
        connection,
      );
    connectors.common = {
      connector: hubOf(clientSecret, 'common'),
      ...{ relay: commonRelay, entity: 'purchaseOrder' },
    };

    for (const entity of ['customer', 'supplier'] as const) {
      for (const record of await drain(connectors.basic!.connector, entity)) {
        notePerson(stage, record as Supplier);
      }
    }
    for (const [name, { connector, relay, entity }] of Object.entries(connectors)) {
      if (name === 'wrong') continue;
      await drain(connector, entity);
      await connector
        .write?.('product', [{ op: 'create', record: product(name) } as never])
        .catch(() => []);
      const error = relay === sapRelay ? sapError : commonError;
      const answers = [400, 401, 403, 404, 409, 412, 429, 500, 503].map(
        (status) => (request: RelayRequest) => error(status, request),
      );
      for (const answer of [...answers, ...faults]) {
        relay.answer = answer;
        await fails(`${name} ${entity}`, () => drain(connector, entity));
        relay.answer = undefined;
      }
    }
    // Not 401: a password that was refused a few times rests.
    for (const status of [400, 403, 500]) {
      sapRelay.answer = (request) =>
        request.method === 'GET' ? undefined : sapError(status, request);
      const { connector } = connectors.basic!;
      const written = await connector
        .write?.('product', [{ op: 'create', record: product('X') } as never])
        .catch((error: unknown) => error);
      show('write results', written);
    }
    sapRelay.answer = undefined;
    for (const kind of ['reset-before', 'reset-after', 'truncate-body', 'malformed-json']) {
      sapSandbox.faults.add({ kind, times: 4 });
      await fails(kind, () => drain(connectors.basic!.connector, 'supplier'));
      sapSandbox.faults.clear();
    }
    await fails('bad password', () => drain(connectors.wrong!.connector, 'supplier'));
    show('connection report', await connectors.wrong!.connector.testConnection());
    const stranger = hubOf(canaries.make('wrong client secret'), 'stranger');
    await fails('bad client secret', () => drain(stranger, 'purchaseOrder'));

    // A person of our own, in writes that fail and in their audit.
    const person = {
      ...{ name: 'Agathe Kanarienvogel', email: 'agathe@canary.example', kind: 'organization' },
      ...{
        vatNumber: 'DE987654321098',
        addresses: [{ street: 'Vogelbauerstraße', country: 'DE' }],
      },
    };
    notePerson(stage, person as never);
    for (const status of [undefined, 400, 500]) {
      sapRelay.answer = (request) =>
        request.method === 'GET' || status === undefined ? undefined : { status, body: '{}' };
      const write = async () =>
        connectors.basic!.connector.write?.('supplier', [
          { op: 'create', record: person },
        ] as never);
      show('write results', await write().catch((error: unknown) => error));
    }
    sapRelay.answer = undefined;

    // Personal data: of suppliers whose records are poisoned in ways that quote them.
    const erp = connectors.basic!.connector;
    sapRelay.rewrite = (body) =>
      body.replaceAll(
        '"BusinessPartnerCategory":"2"',
        '"BusinessPartnerCategory":"Müller Antriebe"',
      );
    await sync('poisoned at reading', erp);
    sapRelay.rewrite = (body) => body;
    await sync('poisoned at mapping', erp, {
      map(record: { name?: string }) {
        throw new Error(`cannot map ${record.name}`);
      },
    });
    await sync('not poisoned', erp);
    const hub = connectors.common!.connector;
    await sync('orders', hub, undefined, 'purchaseOrder');
    sapRelay.answer = (request) => sapError(500, request);
    const where = [{ field: 'name', operator: 'eq', value: 'Müller Antriebe' }] as const;
    await fails('search by name', () => drain(erp, 'supplier', { where }));
    sapRelay.answer = undefined;

    async function sync(id: string, source: IErpConnector, mapping?: unknown, entity = 'supplier') {
      const target = ndjsonTarget({ path: join(stage.targetFolder, `${id}.ndjson`) });
      const flow = createSync({
        ...{ id, tenant: 'acme', source, target, entity, store },
        ...{ logger: pipeline.logger, onProgress: (progress) => show('progress', progress) },
        ...(mapping === undefined ? {} : { mapping: mapping as never }),
      });
      show('reports', await flow.run({ mode: 'full' }));
      show('dead letters', ...(await flow.deadLetters.list()));
      show('reports', ...(await flow.runs()));
      const replayed = await flow.deadLetters.replay().catch((error: unknown) => error);
      addArtefact(artefacts, 'errors', facesOf(replayed));
      show('dead letters', ...(await flow.deadLetters.list()));
      show('objects', flow, target);
      await target.close();
    }

    for (const { connector } of Object.values(connectors)) {
      show('health', connector.health?.());
      show('objects', connector);
    }
    show('objects', ...Object.values(strategies));
    for (const factory of [sapFactory, commonFactory]) {
      show('schemas', factory.settingsSchema, factory.credentialsSchemas, factory.manifest);
    }
    show('journals', sapSandbox.journal.entries(), commonSandbox.journal.entries());
    await Promise.all(Object.values(connectors).map(({ connector }) => connector.disconnect()));
  } finally {
    await Promise.all(
      [sapRelay, commonRelay, sapSandbox, commonSandbox].map((open) => open.close()),
    );
  }
}

async function drain(
  connector: IErpConnector,
  entity: string,
  query?: RecordQuery,
): Promise<readonly object[]> {
  const records: object[] = [];
  for await (const page of connector.list(entity, query)) records.push(...page.records);
  return records;
}

function notePerson({ people }: Stage, record: Partial<Supplier>): void {
  people.note('name', record.name);
  people.note('e-mail', record.email);
  people.note('phone', record.phone);
  people.note('tax number', record.vatNumber);
  for (const { street } of record.addresses ?? []) people.note('street', street);
}

const product = (name: string) => ({
  productNumber: `CANARY-${name}`.toUpperCase(),
  productType: 'FERT',
  baseUnit: { code: 'C62', vendorCode: 'PC' },
});
