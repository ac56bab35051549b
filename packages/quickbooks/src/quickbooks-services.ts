import {
  type AuthStrategy,
  type CircuitBreaker,
  createCircuitBreaker,
  memoryTokenStore,
  type PipelineOptions,
  type TokenStore,
} from '@common/connector-core';
import { type QuickbooksGovernors, quickbooksGovernors } from './quickbooks-limits.ts';
import { baseUrlOf, type QuickbooksConfiguration } from './quickbooks-settings.ts';

/** What all sessions of a connector share, and its native client too. */
export interface QuickbooksServices {
  readonly settings: QuickbooksConfiguration;
  readonly auth: AuthStrategy;
  readonly pipeline: PipelineOptions & {
    readonly tenant: string;
    /** Name of the connection in the token store. */
    readonly connection: string;
    readonly tokens: TokenStore;
    readonly breaker: CircuitBreaker;
  };
  readonly governors: QuickbooksGovernors;
}

/** Intuit gives up after 120 s (limits and throttles); a batch of 30 items may take most of it. */
const longestAnswerMs = 120_000;

export function quickbooksServices(
  settings: QuickbooksConfiguration,
  auth: AuthStrategy,
  pipeline: PipelineOptions,
): QuickbooksServices {
  const governors = quickbooksGovernors(pipeline);
  const {
    tenant = settings.realmId,
    tokens = memoryTokenStore(),
    breaker = createCircuitBreaker({ clock: pipeline.clock }),
    attemptTimeoutMs = longestAnswerMs,
    deadlineMs = 2.5 * longestAnswerMs,
  } = pipeline;
  const baseUrl = baseUrlOf(settings).replace(/\/+$/, '');
  const { connection = `quickbooks:${tenant}@${baseUrl}` } = pipeline;
  const shared = { tenant, connection, tokens, breaker, governor: governors.requests };
  const limits = { attemptTimeoutMs, deadlineMs };
  return { settings, auth, governors, pipeline: { ...pipeline, ...shared, ...limits } };
}
