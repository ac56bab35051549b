import { inspect } from 'node:util';
import type { ConnectorError } from '@common/connector-core';
import type { Behaviour, BehaviourSubject } from '../behaviour.ts';
import { ensure } from '../conformance-failure.ts';
import type { FactoryHarness } from '../conformance-harness.ts';
import { expectConnectorError } from '../expect-error.ts';
import { findSecret } from '../stage/secret-forms.ts';
import type { BehaviourContext } from '../stage/stage.ts';

const someUrl = 'https://erp.example.com';

const hasFactory = ({ harness }: BehaviourSubject): true | string =>
  harness.factory ? true : 'has no factory for stored connections';

/** What a store gives back. */
const stored = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

function factoryOf({ harness }: BehaviourContext): FactoryHarness {
  ensure(harness.factory, 'The harness declares no factory');
  return harness.factory;
}

const refused = (work: () => void): Promise<ConnectorError> =>
  expectConnectorError(async () => work(), { code: 'ERR_CONFIGURATION' });

/** Checks that an error names all problems, and shows no secret. */
function ensureNames(
  error: ConnectorError,
  paths: readonly string[],
  secrets: readonly string[],
): void {
  for (const path of paths) {
    ensure(error.message.includes(path), `The error does not name "${path}": ${error.message}`);
  }
  const found = findSecret(`${inspect(error, { depth: 10 })} ${error.stack}`, secrets);
  ensure(
    found === undefined,
    `The error shows the secret that begins with "${found?.slice(0, 3)}"`,
  );
}

const requiredOf = (schema: { readonly [key: string]: unknown } | undefined): readonly string[] =>
  (schema?.required ?? []) as readonly string[];

export const factoryBehaviours: readonly Behaviour[] = [
  {
    id: 'factory/stored',
    group: 'factory',
    name: 'makes a connector that works of stored settings and credentials',
    appliesTo: hasFactory,
    async run(context) {
      const harnessed = factoryOf(context);
      const { factory } = harnessed;
      const { sandbox, clock, logger, connector } = await context.stage();
      const settings = stored(harnessed.settings(sandbox.url));
      const credentials = stored(harnessed.credentials(sandbox.url));
      factory.validateSettings(settings);
      factory.validateCredentials(credentials);
      const made = factory.create({
        settings,
        credentials,
        services: { clock, logger, random: () => 0.5 },
      });
      try {
        const { ok, checks } = await made.testConnection();
        ensure(ok, `The connection fails: ${checks.map(({ message }) => message).join(' ')}`);
        for (const id of [made.manifest.id, factory.manifest.id]) {
          ensure(id === connector.manifest.id, `The factory makes "${id}" of another name`);
        }
      } finally {
        await made.disconnect();
      }
    },
  },
  {
    id: 'factory/settings',
    group: 'factory',
    name: 'refuses settings that are missing or that it does not know, and names them',
    appliesTo: hasFactory,
    async run(context) {
      const harnessed = factoryOf(context);
      const { factory } = harnessed;
      const settings = harnessed.settings(someUrl);
      const required = requiredOf(factory.settingsSchema);
      const rest = Object.entries(settings).filter(([name]) => !required.includes(name));
      const bad = { ...Object.fromEntries(rest), notASetting: 1 };
      const error = await refused(() => factory.validateSettings(bad));
      ensureNames(error, ['notASetting', ...required], context.harness.secrets);
    },
  },
  {
    id: 'factory/credentials',
    group: 'factory',
    name: 'refuses credentials that cannot be used, and names every problem but no value',
    appliesTo: hasFactory,
    async run(context) {
      const harnessed = factoryOf(context);
      const { factory } = harnessed;
      const settings = harnessed.settings(someUrl);
      const credentials = harnessed.credentials(someUrl);
      const { secrets } = context.harness;
      const required = requiredOf(factory.credentialsSchemas[credentials.kind]).filter(
        (name) => name !== 'kind',
      );
      // Of a wrong type each, with a secret in it.
      const wrong = Object.fromEntries(required.map((name) => [name, [secrets[0]]]));
      const bad = { ...credentials, ...wrong, notACredential: secrets[0] };
      for (const work of [
        () => factory.validateCredentials(bad),
        () => factory.createAuth(bad),
        () => factory.create({ settings, credentials: bad }),
      ]) {
        const error = await refused(work);
        ensureNames(error, ['notACredential', ...required], secrets);
      }
    },
  },
  {
    id: 'factory/kinds',
    group: 'factory',
    name: 'accepts exactly the kinds of credentials that its manifest names',
    appliesTo: hasFactory,
    async run(context) {
      const { factory } = factoryOf(context);
      const { authMethods } = factory.manifest;
      const kinds = Object.keys(factory.credentialsSchemas);
      ensure(
        [...kinds].sort().join() === [...authMethods].sort().join(),
        `There are schemas for ${kinds.join(', ')}, the manifest names ${authMethods.join(', ')}`,
      );
      const error = await refused(() => factory.validateCredentials({ kind: 'no-such-kind' }));
      ensureNames(error, ['kind', ...authMethods], context.harness.secrets);
    },
  },
];
