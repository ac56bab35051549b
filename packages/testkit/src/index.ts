export { ConformanceFailure } from './conformance-failure.ts';
export type {
  ConformanceHarness,
  ConnectorSetup,
  EntityHarness,
  FactoryHarness,
  PagingHarness,
  SandboxSetup,
  WriteHarness,
} from './conformance-harness.ts';
export type { CallMatch, ConformanceSandbox, SandboxFault } from './conformance-sandbox.ts';
export { describeConnector, type TestRunner } from './describe-connector.ts';
export type { BehaviourResult } from './run-behaviour.ts';
export { type ConformanceReport, runConformance } from './run-conformance.ts';
export { findSecret } from './stage/secret-forms.ts';
