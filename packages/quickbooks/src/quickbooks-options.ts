import {
  type AuthStrategy,
  ConnectorError,
  type PipelineOptions,
  splitPipelineOptions,
} from '@common/connector-core';
import type { MappingTemplate } from '@common/connector-core/mapping';
import type { QuickbooksEntities } from './quickbooks-entities.ts';
import {
  type QuickbooksConfiguration,
  type QuickbooksSettings,
  readQuickbooksSettings,
} from './quickbooks-settings.ts';
import type { QuickbooksWebhookOptions } from './quickbooks-webhooks.ts';

/** What `quickbooks()` takes: the settings, and what the request pipeline can be given. */
export type QuickbooksOptions = QuickbooksSettings &
  PipelineOptions & {
    /**
     * Templates in place of the shipped ones, usually made with `extendTemplate`.
     * @default the shipped ones
     */
    readonly templates?: QuickbooksTemplates | undefined;
    /** Receives webhooks. @default the connector has no `receiveWebhook` */
    readonly webhook?: Pick<QuickbooksWebhookOptions, 'verifierTokens' | 'deliveries'> | undefined;
  };

export type QuickbooksTemplates = { readonly [Name in keyof QuickbooksEntities]?: MappingTemplate };

/** Options that were looked at, by what they are for. */
export interface QuickbooksParts {
  readonly settings: QuickbooksConfiguration;
  readonly auth: AuthStrategy;
  readonly templates: QuickbooksTemplates;
  readonly webhook: QuickbooksOptions['webhook'];
  readonly pipeline: PipelineOptions;
}

/**
 * Sorts the options. What is neither for the pipeline nor a setting is a slip of the pen, and is told.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` naming every bad setting
 */
export function readQuickbooksOptions(options: QuickbooksOptions): QuickbooksParts {
  const { auth, templates = {}, webhook, ...others } = options;
  const { pipeline, rest } = splitPipelineOptions(others);
  const settings = readQuickbooksSettings(rest);
  // JavaScript callers have no compiler to tell them.
  if (typeof auth?.authorize !== 'function') {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message:
        'The settings of quickbooks cannot be used. auth: must be a sign-in, made for example with quickbooksOauth({ clientId, clientSecret, redirectUri }).',
      system: 'quickbooks',
      path: 'auth',
    });
  }
  return { settings, auth, templates, webhook, pipeline };
}
