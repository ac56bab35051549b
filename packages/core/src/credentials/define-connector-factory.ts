import { z } from 'zod';
import type { AuthStrategy } from '../auth/auth-strategy.ts';
import { parseSettings } from '../connector/parse-settings.ts';
import type { ConnectorFactory } from '../contract/connector-factory.ts';
import type { ConnectorManifest } from '../contract/connector-manifest.ts';
import type { IErpConnector } from '../contract/erp-connector.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import type { PipelineOptions } from '../http/pipeline-options.ts';
import type { CredentialKind } from './credential-kind.ts';
import { credentialKinds } from './credential-kinds.ts';
import { credentialsJsonSchemas, type JsonSchema } from './credentials-json-schema.ts';
import { authFromCredentials, readCredentials, validateCredentials } from './read-credentials.ts';

/** What a factory is made of. */
export interface ConnectorFactoryDefinition<
  Connector extends IErpConnector,
  Settings extends z.ZodType,
  Kinds extends Readonly<Record<string, CredentialKind>>,
> {
  readonly manifest: ConnectorManifest;
  /** A strict object without credentials. */
  readonly settings: Settings;
  /**
   * Kinds of credentials that only this vendor has, and those in place of which it has its own.
   * @default the general ones
   */
  readonly credentialKinds?: Kinds | undefined;
  /** See `ConnectorFactory.limits`. */
  readonly limits?: ConnectorFactory['limits'];
  /** Makes the connector of settings and credentials that were checked. */
  create(parts: {
    readonly settings: z.input<Settings>;
    readonly auth: AuthStrategy;
    readonly credentials: z.output<Kinds[keyof Kinds]['schema']>;
    readonly services: PipelineOptions;
  }): Connector;
}

/**
 * Makes a factory: schemas in, validation and forms out. Credentials are accepted of the kinds that
 * `manifest.authMethods` names.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` when the manifest names a kind that nobody knows
 *
 * @example
 * ```ts
 * export const acmeFactory = defineConnectorFactory({
 *   manifest: acmeManifest,
 *   settings: acmeSettingsSchema,
 *   create: ({ settings, auth, services }) => acme({ ...services, ...settings, auth }),
 * });
 * ```
 */
export function defineConnectorFactory<
  Connector extends IErpConnector,
  Settings extends z.ZodType,
  Kinds extends Readonly<Record<string, CredentialKind>>,
>(definition: ConnectorFactoryDefinition<Connector, Settings, Kinds>): ConnectorFactory<Connector> {
  const { manifest, settings: schema, limits } = definition;
  const system = manifest.id;
  const kinds = kindsOf(manifest, { ...credentialKinds, ...definition.credentialKinds });

  return {
    specificationVersion: 'v1',
    manifest,
    limits,
    // Made when they are asked for: most processes never show a form.
    get settingsSchema() {
      return z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
    },
    get credentialsSchemas() {
      return credentialsJsonSchemas(kinds);
    },
    validateSettings(settings) {
      parseSettings(schema, settings, system);
    },
    validateCredentials: (credentials) => validateCredentials(credentials, { kinds, system }),
    create({ settings, credentials, services = {} }) {
      parseSettings(schema, settings, system);
      const { kind, checked } = readCredentials(credentials, { kinds, system });
      return definition.create({
        settings: settings as z.input<Settings>,
        auth: kind.create(checked),
        credentials: checked as z.output<Kinds[keyof Kinds]['schema']>,
        services,
      });
    },
    createAuth: (credentials, services) =>
      authFromCredentials(credentials, { ...services, kinds, system }),
  };
}

function kindsOf(
  { id, authMethods }: ConnectorManifest,
  known: Readonly<Record<string, CredentialKind>>,
): Readonly<Record<string, CredentialKind>> {
  const entries = authMethods.map((name) => {
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind !== undefined) return [name, kind] as const;
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The factory of ${id} cannot be made: manifest.authMethods names "${name}", which is no kind of credentials. Give one in credentialKinds.`,
      system: id,
      path: 'manifest.authMethods',
    });
  });
  return Object.fromEntries(entries);
}
