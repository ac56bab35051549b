export type { SandboxAction, StateDump } from './toolkit/control-plane.ts';
export {
  createSandbox,
  type Sandbox,
  type SandboxOptions,
  type SandboxServerOptions,
} from './toolkit/create-sandbox.ts';
export type {
  FaultCounts,
  FaultEffect,
  FaultKind,
  FaultMatch,
  PendingFault,
  RandomFaults,
  ScriptedFault,
} from './toolkit/fault.ts';
export type { Faults, NamedFault } from './toolkit/fault-injector.ts';
export type {
  Journal,
  JournalEntry,
  JournalFilter,
  JournalOptions,
} from './toolkit/request-journal.ts';
export {
  createRouter,
  type RouteMatch,
  type Router,
  type SandboxHandler,
  type SandboxRoute,
} from './toolkit/router.ts';
export {
  createSandboxClock,
  type SandboxClock,
  type SandboxClockOptions,
  seedInstant,
} from './toolkit/sandbox-clock.ts';
export {
  createSandboxRequest,
  MalformedJsonError,
  type SandboxRequest,
  type SandboxRequestInit,
} from './toolkit/sandbox-request.ts';
export type { SandboxResponse } from './toolkit/sandbox-response.ts';
export { createSeededRandom, type SeededRandom } from './toolkit/seeded-random.ts';
export { type SignedMessage, signStandardWebhook } from './toolkit/standard-webhook.ts';
export {
  createWebhookSender,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookSender,
  type WebhookSenderOptions,
} from './toolkit/webhook-sender.ts';
