import type { AuthStrategy } from '../auth/auth-strategy.ts';
import {
  type DataProblem,
  describeIssues,
  listProblems,
  readingErrors,
} from '../connector/describe-issues.ts';
import { ConnectorError } from '../errors/connector-error.ts';
import { certificateTimeProblems } from './certificate-times.ts';
import type { CredentialKind, CredentialServices } from './credential-kind.ts';
import { credentialKinds } from './credential-kinds.ts';

/** Which credentials are meant. */
export interface CredentialOptions {
  /**
   * The kinds that are accepted, by name.
   * @default all of `credentialKinds`
   */
  readonly kinds?: Readonly<Record<string, CredentialKind>> | undefined;
  /** For messages: whose credentials they are, `manifest.id` of a connector. */
  readonly system?: string | undefined;
}

/**
 * Checks credentials before they are stored. The message names every problem by its path, and never
 * shows a value.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` with the path of the first problem
 */
export function validateCredentials(
  credentials: unknown,
  options: CredentialOptions & {
    /** Milliseconds since the epoch, for the validity of certificates. @default now */
    readonly now?: number | undefined;
  } = {},
): void {
  const { now = Date.now() } = options;
  const { kind, checked } = readCredentials(credentials, options);
  // What the strategy itself looks at when it is made: settings that do not go together.
  kind.create(checked);
  const problems = certificateTimeProblems(checked, now);
  if (problems.length > 0) throw unusable(problems, options.system);
}

/**
 * Makes the sign-in that stored credentials describe. One in the browser is an `Oauth2AuthorizationCode`.
 *
 * @throws ConnectorError `ERR_CONFIGURATION` that names every problem, as `validateCredentials`
 *
 * @example
 * ```ts
 * const auth = authFromCredentials({ kind: 'basic', username: 'COMM_USER', password });
 * ```
 */
export function authFromCredentials(
  credentials: unknown,
  options: CredentialOptions & CredentialServices = {},
): AuthStrategy {
  const { kind, checked } = readCredentials(credentials, options);
  return kind.create(checked, options);
}

/** The kind, and what was checked by its schema. */
export function readCredentials(
  credentials: unknown,
  { kinds = credentialKinds, system }: CredentialOptions,
): { readonly kind: CredentialKind; readonly checked: object } {
  if (typeof credentials !== 'object' || credentials === null || Array.isArray(credentials)) {
    const message = 'they must be an object such as { "kind": "basic", … }';
    throw unusable([{ path: '', message }], system);
  }
  const { kind: name } = credentials as { readonly kind?: unknown };
  const kind = typeof name === 'string' && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) {
    const message = `must be one of ${Object.keys(kinds).join(', ')}`;
    throw unusable([{ path: 'kind', message }], system);
  }
  const result = kind.schema.safeParse(credentials, { error: readingErrors });
  if (!result.success) throw unusable(describeIssues(result.error), system);
  return { kind, checked: result.data as object };
}

function unusable(problems: readonly DataProblem[], system: string | undefined): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The credentials${system === undefined ? '' : ` of ${system}`} cannot be used. ${listProblems(problems)}.`,
    system,
    path: problems[0]?.path,
  });
}
