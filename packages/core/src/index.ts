// Dates.
export { dateOfDays, daysOfDate, isIsoDate } from './calendar/calendar.ts';
// The contract.

// Authentication.
export { type ApiKeyOptions, type ApiKeyValue, apiKey } from './auth/api-key.ts';
export type {
  AuthContext,
  AuthFailure,
  AuthStrategy,
  CredentialExpiry,
  RequestDraft,
  Secret,
  TlsIdentity,
} from './auth/auth-strategy.ts';
export { basic } from './auth/basic.ts';
export { bearer } from './auth/bearer.ts';
export { type CookieJar, createCookieJar } from './auth/cookie-jar.ts';
export { type ClientCertificate, mutualTls, withClientCertificate } from './auth/mutual-tls.ts';
export { type Oauth1Options, oauth1 } from './auth/oauth1.ts';
export type {
  ClientAssertion,
  ClientAuth,
  OauthClient,
} from './auth/oauth2/client-authentication.ts';
export {
  type AuthorizationServer,
  type DiscoveryOptions,
  discoverAuthorizationServer,
} from './auth/oauth2/discover-authorization-server.ts';
export type { GrantContext } from './auth/oauth2/grant-context.ts';
export type { InstanceUrlOptions } from './auth/oauth2/instance-url.ts';
export {
  type AuthorizationGranted,
  type BeginAuthorization,
  type Oauth2AuthorizationCode,
  type Oauth2AuthorizationCodeOptions,
  oauth2AuthorizationCode,
} from './auth/oauth2/oauth2-authorization-code.ts';
export {
  type Oauth2ClientCredentialsOptions,
  oauth2ClientCredentials,
} from './auth/oauth2/oauth2-client-credentials.ts';
export {
  type JwtAssertionOptions,
  type Oauth2JwtBearerOptions,
  oauth2JwtBearer,
} from './auth/oauth2/oauth2-jwt-bearer.ts';
export {
  type Oauth2RefreshTokenOptions,
  oauth2RefreshToken,
} from './auth/oauth2/oauth2-refresh-token.ts';
export {
  type Oauth2SamlBearerOptions,
  oauth2SamlBearer,
} from './auth/oauth2/oauth2-saml-bearer.ts';
export {
  memoryPendingAuthorizationStore,
  type PendingAuthorization,
  type PendingAuthorizationStore,
} from './auth/oauth2/pending-authorization-store.ts';
export type { PrivateKeyOptions } from './auth/oauth2/private-key.ts';
export {
  readIssuedToken,
  requestToken,
  type TokenRequest,
  type TokenResponseOptions,
} from './auth/oauth2/request-token.ts';
export type { RevocationOptions } from './auth/oauth2/revoke-token.ts';
export type { SamlAssertionOptions } from './auth/oauth2/saml-assertion.ts';
export type { JwtSignerOptions, SigningAlgorithm } from './auth/oauth2/sign-jwt.ts';
export type { Scope, TokenEndpointOptions } from './auth/oauth2/token-endpoint.ts';
export type { RefusalHint } from './auth/oauth2/token-refusal.ts';
export { readSecret } from './auth/read-secret.ts';
export {
  type JsonPath,
  type SessionLoginOptions,
  type SessionPlace,
  sessionLogin,
} from './auth/session-login.ts';
export type { SessionRequest } from './auth/session-request.ts';
export type { IssuedToken } from './auth/tokens/issued-token.ts';
export { memoryTokenStore } from './auth/tokens/memory-token-store.ts';
export {
  type StoreIssuedTokenOptions,
  storeIssuedToken,
} from './auth/tokens/store-issued-token.ts';
export {
  createTokenAuth,
  type TokenAuth,
  type TokenAuthOptions,
} from './auth/tokens/token-auth.ts';
export type { RefreshableToken } from './auth/tokens/token-renewal.ts';
export type {
  GrantEnd,
  StoredToken,
  TokenStore,
  VersionedToken,
} from './auth/tokens/token-store.ts';
export {
  type TokenStoreConformanceOptions,
  tokenStoreConformance,
} from './auth/tokens/token-store-conformance.ts';
// Time.
export { abortable } from './clock/abortable.ts';
export { type ManualClock, manualClock } from './clock/manual-clock.ts';
export { systemClock } from './clock/system-clock.ts';
export { asConnectorV1 } from './connector/as-connector-v1.ts';
export { assertFilterable } from './connector/assert-filterable.ts';
export type { CalledService, ConnectionStep } from './connector/connection-step.ts';
export { type DecodedRecords, decodeRecords } from './connector/decode-records.ts';
export { defineConnector } from './connector/define-connector.ts';
export { describeTemplate } from './connector/describe-template.ts';
export type { CommonStep } from './connector/failed-step.ts';
export { type FollowPagesOptions, followPages } from './connector/follow-pages.ts';
export { invalidCheckpoint } from './connector/invalid-checkpoint.ts';
export { namingErrors } from './connector/naming-errors.ts';
export { operationOf } from './connector/operation-of.ts';
export { badInput, type OperationName, parseInput } from './connector/parse-input.ts';
export { parseSettings } from './connector/parse-settings.ts';
export { probeConnection } from './connector/probe-connection.ts';
export { repeatedPage } from './connector/repeated-page.ts';
export {
  type ConnectionProbe,
  type ConnectionTest,
  testConnectionInSteps,
} from './connector/test-connection-in-steps.ts';
export { unknownEntity } from './connector/unknown-entity.ts';
export { type WriteEachOptions, writeEach } from './connector/write-each.ts';
export { type RowWriter, writeRows } from './connector/write-rows.ts';
export type { CallOptions, WriteOptions } from './contract/call-options.ts';
export type { Checkpoint } from './contract/checkpoint.ts';
export type { Clock } from './contract/clock.ts';
export type { ConnectionCheck, ConnectionReport } from './contract/connection-report.ts';
export type {
  ChangeDetection,
  ConnectorCapabilities,
  EntityCapabilities,
  WriteIdempotency,
} from './contract/connector-capabilities.ts';
export type {
  ConnectorEvent,
  EventPage,
  WebhookReceipt,
  WebhookRequest,
} from './contract/connector-event.ts';
export type { ConnectorFactory, StoredConnection } from './contract/connector-factory.ts';
export type { ConnectorHealth, HealthForecast, QuotaLevel } from './contract/connector-health.ts';
export type { ConnectorManifest } from './contract/connector-manifest.ts';
export type { EntityDescription, FieldDescription } from './contract/entity-description.ts';
export type { IErpConnector } from './contract/erp-connector.ts';
export type { EntityMap, EntityName, ErpRecord, RecordSource } from './contract/erp-record.ts';
export type { JsonValue } from './contract/json.ts';
export type { LifecycleEvent, LifecycleEventType } from './contract/lifecycle-event.ts';
export type { Logger } from './contract/logger.ts';
export type {
  ChangePage,
  RecordChange,
  RecordFailure,
  RecordPage,
} from './contract/record-page.ts';
export type { RecordCondition, RecordQuery } from './contract/record-query.ts';
export type { RecordPatch, WriteChange, WriteResult } from './contract/record-write.ts';
// Decimal.
export { Decimal, type DecimalInput, type RoundingOptions } from './decimal/decimal.ts';
export { type NormalizeDecimalOptions, normalizeDecimal } from './decimal/normalize-decimal.ts';
export type { Rounding } from './decimal/rounding.ts';
export { sumOfProducts } from './decimal/sum-of-products.ts';
// Canonical entities.
export type {
  Actual,
  Amendment,
  BusinessRelationship,
  CanonicalEntities,
  Commitment,
  Company,
  Customer,
  Invoice,
  JournalEntry,
  Payment,
  Product,
  PurchaseOrder,
  PurchaseOrderLine,
  SalesOrder,
  Supplier,
  SupplierInvoice,
} from './entities/index.ts';
// Errors.
export {
  ConnectorError,
  type ConnectorErrorInit,
  type StandardErrorBody,
} from './errors/connector-error.ts';
export type { ErrorCategory } from './errors/error-category.ts';
export type { ErrorCode } from './errors/error-code.ts';
export { redact } from './errors/redact.ts';
export { redactHeaders } from './errors/redact-headers.ts';
// HTTP.
export { type AxiosTransportOptions, axiosTransport } from './http/axios-transport.ts';
export type { ClassifyResponse } from './http/classify-response.ts';
export { createHttpClient } from './http/create-http-client.ts';
export { type ContentDescription, describeContent } from './http/describe-content.ts';
export { exactNumber } from './http/exact-number.ts';
export type { HttpBody } from './http/http-body.ts';
export type { HttpClient } from './http/http-client.ts';
export type { HttpClientOptions, ResponseLimits } from './http/http-client-options.ts';
export type { HttpRequest } from './http/http-request.ts';
export type { HttpResponse } from './http/http-response.ts';
export type { HttpTransport, WireRequest, WireResponse } from './http/http-transport.ts';
export { type ParseJsonOptions, parseJson } from './http/parse-json.ts';
export { type PipelineOptions, splitPipelineOptions } from './http/pipeline-options.ts';
export { parseRetryAfter } from './http/retry-after.ts';
export { type StringifyJsonOptions, stringifyJson } from './http/stringify-json.ts';
// Network.
export { type AddressList, addressList, isAllowedAddress } from './network/address-list.ts';
export type {
  AddressPolicy,
  NetworkPolicy,
  ProxyOptions,
  TlsPolicy,
} from './network/network-policy.ts';
export { combineObservers } from './observe/combine-observers.ts';
export type {
  AttemptResult,
  ConnectorObserver,
  ObservedAttempt,
  ObservedOperation,
  OperationObserver,
  OperationOutcome,
  RecordCount,
} from './observe/connector-observer.ts';
export { observeConnector } from './observe/observe-connector.ts';
export type { BudgetChange, BudgetState, BudgetStore } from './resilience/budget.ts';
export { memoryBudgetStore } from './resilience/budget-memory.ts';
export {
  type BudgetStoreConformanceOptions,
  budgetStoreConformance,
} from './resilience/budget-store-conformance.ts';
// Resilience.
export {
  type CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitChange,
  type CircuitState,
  createCircuitBreaker,
} from './resilience/circuit-breaker.ts';
export {
  type AttemptOutcome,
  createGovernor,
  type Governor,
  type GovernorState,
  type RunOptions,
} from './resilience/governor.ts';
export type { Priority } from './resilience/governor-lanes.ts';
export type { GovernorOptions, SharedBudgetOptions } from './resilience/governor-options.ts';
export type { RateLimit } from './resilience/rate-window.ts';
export type { RetryOptions } from './resilience/retry.ts';
export {
  createRetryBudget,
  type RetryBudget,
  type RetryBudgetOptions,
} from './resilience/retry-budget.ts';
