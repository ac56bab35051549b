import {
  type AuthStrategy,
  ConnectorError,
  type PipelineOptions,
  splitPipelineOptions,
} from '@common/connector-core';
import type { MappingTemplate } from '@common/connector-core/mapping';
import type { SapEntities } from './sap-entities.ts';
import { readSapSettings, type SapConfiguration, type SapSettings } from './sap-settings.ts';

/** What `sap()` takes: the settings, and what the request pipeline can be given. */
export type SapOptions = SapSettings &
  PipelineOptions & {
    /**
     * Templates in place of the shipped ones, usually made with `extendTemplate`.
     * @default the shipped ones
     */
    readonly templates?: SapTemplates | undefined;
  };

export type SapTemplates = { readonly [Name in keyof SapEntities]?: MappingTemplate };

/** Options that were looked at, by what they are for. */
export interface SapParts {
  readonly settings: SapConfiguration;
  readonly auth: AuthStrategy;
  readonly templates: SapTemplates;
  readonly pipeline: PipelineOptions;
}

/**
 * Sorts the options. What is neither for the pipeline nor a setting is a slip of the pen, and is told.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` naming every bad setting
 */
export function readSapOptions(options: SapOptions): SapParts {
  const { auth, templates = {}, ...others } = options;
  const { pipeline, rest } = splitPipelineOptions(others);
  const settings = readSapSettings(rest);
  // JavaScript callers have no compiler to tell them.
  if (typeof (auth as AuthStrategy | undefined)?.authorize !== 'function') {
    throw new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message:
        'The settings of sap cannot be used. auth: must be a sign-in, made for example with basic({ username, password }) of @common/connector-core.',
      system: 'sap',
      path: 'auth',
    });
  }
  return {
    settings,
    auth,
    templates,
    pipeline,
  };
}
