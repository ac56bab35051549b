import type { IErpConnector } from '@common/connector-core';
import { bearer, ConnectorError, type ConnectorFactory, systemClock } from '@common/connector-core';
import { createRecordingLogger } from '../stage/recording-logger.ts';
import type { Flaws } from './flaw.ts';
import { manifest, type ProofEntities, proofConnector } from './proof-connector.ts';
import { clientSecret } from './proof-sandbox.ts';

const kind = 'oauth2-client-credentials';
type Fields = { readonly [name: string]: unknown };

/** A factory that is not the core's, so that the suite is proven against two. */
export function proofFactory(flaws: Flaws): ConnectorFactory<IErpConnector<ProofEntities>> {
  const refuse = (problems: readonly string[]): void => {
    if (problems.length === 0) return;
    const shown = flaws.has('names-first-problem') ? problems.slice(0, 1) : problems;
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `It cannot be used: ${shown.join('; ')}.`,
    });
  };
  /** Every field is there as a text, and no other one. */
  const problems = (given: unknown, names: readonly string[]): readonly string[] => [
    ...names
      .filter((name) => typeof (given as Fields)[name] !== 'string')
      .map((name) => `${name}: must be a text`),
    ...Object.keys(given as Fields)
      .filter((name) => !names.includes(name))
      .map((name) => `${name}: must not be given`),
  ];
  const validateSettings = (settings: unknown): void => {
    if (!flaws.has('takes-any-setting')) refuse(problems(settings, ['baseUrl']));
  };
  const validateCredentials = (credentials: unknown): void => {
    if ((credentials as Fields).kind !== kind) {
      if (!flaws.has('takes-any-kind')) refuse([`kind: must be ${kind}`]);
      return;
    }
    refuse(problems(credentials, ['kind', 'clientSecret']));
  };

  return {
    specificationVersion: 'v1',
    manifest,
    settingsSchema: { type: 'object', required: ['baseUrl'] },
    credentialsSchemas: { [kind]: { type: 'object', required: ['kind', 'clientSecret'] } },
    validateSettings,
    validateCredentials,
    create({ settings, credentials, services = {} }) {
      validateSettings(settings);
      validateCredentials(credentials);
      const { clock = systemClock, random = Math.random, logger } = services;
      const isGood = (credentials as Fields).clientSecret === clientSecret;
      return proofConnector(
        {
          baseUrl: String((settings as Fields).baseUrl),
          credentials: isGood && !flaws.has('forgets-credentials') ? 'good' : 'bad',
          pageSize: 3,
          clock,
          random,
          logger: logger ?? createRecordingLogger(),
        },
        flaws,
      );
    },
    createAuth(credentials) {
      validateCredentials(credentials);
      return bearer({ token: clientSecret });
    },
  };
}
