export { type ManualClock, manualClock } from '@common/connector-core';
export { ConformanceFailure } from './conformance-failure.ts';
export type {
  ConformanceHarness,
  ConnectorSetup,
  EntityHarness,
  EventHarness,
  FactoryHarness,
  NativeHarness,
  OperationHarness,
  PagingHarness,
  SandboxSetup,
  VendorFault,
  WebhookHarness,
  WebhookSetup,
  WriteHarness,
} from './conformance-harness.ts';
export type { CallMatch, ConformanceSandbox, SandboxFault } from './conformance-sandbox.ts';
export { describeConnector, type TestRunner } from './describe-connector.ts';
export { describeFaults } from './faults/describe-faults.ts';
export type { Expectation, FaultCaseResult, Repetition } from './faults/fault-case.ts';
export {
  type FaultCase,
  type FaultMatrixOptions,
  type FaultReport,
  faultCases,
  faultMatrix,
} from './faults/fault-matrix.ts';
export type { Grade } from './grade.ts';
export { loadFixture } from './mock/load-fixture.ts';
export {
  type MockCall,
  type MockConnector,
  type MockConnectorOptions,
  type MockFailure,
  type MockMethod,
  mockConnector,
} from './mock/mock-connector.ts';
export {
  type FaultProxy,
  type FaultProxyOptions,
  type ProxyFaults,
  startFaultProxy,
} from './proxy/fault-proxy.ts';
export type { RecordedBody, RecordedCall, Recording } from './recordings/recording.ts';
export type { SanitiseOptions } from './recordings/sanitise.ts';
export { findTokenLike } from './recordings/secret-names.ts';
export { type Playback, type PlaybackOptions, startPlayback } from './recordings/start-playback.ts';
export {
  type Recorder,
  type RecordingOptions,
  saveRecording,
  startRecording,
} from './recordings/start-recording.ts';
export type { BehaviourResult } from './run-behaviour.ts';
export { type ConformanceReport, runConformance } from './run-conformance.ts';
export {
  createHastyClock as fakeClock,
  type HastyClock as FakeClock,
} from './stage/hasty-clock.ts';
export { findSecret } from './stage/secret-forms.ts';
export {
  checkStructure,
  type StructureOptions,
  type StructureProblem,
} from './structure/check-structure.ts';
