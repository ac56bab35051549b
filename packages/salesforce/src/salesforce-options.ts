import {
  type AuthStrategy,
  ConnectorError,
  type PipelineOptions,
  splitPipelineOptions,
} from '@common/connector-core';
import type { MappingTemplate } from '@common/connector-core/mapping';
import type { SalesforceEntities } from './salesforce-entities.ts';
import {
  readSalesforceSettings,
  type SalesforceObjectSettings,
  type SalesforceSettings,
} from './salesforce-settings.ts';
import type { SalesforceConfiguration } from './salesforce-settings-schema.ts';

/** What `salesforce()` takes: the settings, the sign-in, and what the request pipeline can be given. */
export type SalesforceOptions<Objects extends string = never> = Omit<
  SalesforceSettings,
  'objects'
> &
  PipelineOptions & {
    /**
     * More objects as entities, by the name of the entity: `{ asset: { object: 'Asset' } }`.
     * @default none
     */
    readonly objects?: { readonly [Name in Objects]: SalesforceObjectSettings } | undefined;

    /**
     * How to sign in: `salesforceJwtBearer`, `salesforceClientCredentials`, `salesforceAuthorizationCode`,
     * `salesforceRefreshToken`; with `bearer` and a session of somebody else's, `instanceUrl` is needed.
     */
    readonly auth: AuthStrategy;
    /**
     * Templates in place of the shipped ones, usually made with `extendTemplate`.
     * @default the shipped ones
     */
    readonly templates?: SalesforceTemplates | undefined;
  };

export type SalesforceTemplates = {
  readonly [Name in keyof SalesforceEntities]?: MappingTemplate;
};

/** Options that were looked at, by what they are for. */
export interface SalesforceParts {
  readonly settings: SalesforceConfiguration;
  readonly auth: AuthStrategy;
  readonly templates: SalesforceTemplates;
  readonly pipeline: PipelineOptions;
}

/**
 * Sorts the options. What is neither for the pipeline nor a setting is a slip of the pen, and is told.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` naming every bad setting
 */
export function readSalesforceOptions<Objects extends string>(
  options: SalesforceOptions<Objects>,
): SalesforceParts {
  const { auth, templates = {}, ...others } = options;
  const { pipeline, rest } = splitPipelineOptions(others as PipelineOptions);
  const settings = readSalesforceSettings(rest);
  // JavaScript callers have no compiler to tell them.
  if (typeof (auth as AuthStrategy | undefined)?.authorize !== 'function') {
    throw cannotBeUsed(
      'auth',
      'auth: must be a sign-in, made for example with salesforceJwtBearer({ clientId, username, privateKey }).',
    );
  }
  if (settings.instanceUrl === undefined && auth.baseUrl === undefined) {
    throw cannotBeUsed(
      'instanceUrl',
      `instanceUrl: is missing, and the sign-in "${auth.kind}" does not tell where the org is. Give the address of the org, for example https://acme.my.salesforce.com.`,
    );
  }
  return { settings, auth, templates, pipeline };
}

function cannotBeUsed(path: string, problem: string): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The settings of salesforce cannot be used. ${problem}`,
    system: 'salesforce',
    path,
  });
}
