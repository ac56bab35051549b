/**
 * Who must act.
 *
 * - `configuration`: the person who set the connection up
 * - `authentication`: the owner of the credentials
 * - `permission`: the vendor system's administrator
 * - `validation`, `mapping`: the person who owns the data or the template
 * - `not-found`, `conflict`: the caller, after reading again
 * - `rate-limit`, `transient`: nobody; trying later helps
 * - `unsupported`: the caller, by not asking for it
 * - `internal`: us
 */
export type ErrorCategory =
  | 'configuration'
  | 'authentication'
  | 'permission'
  | 'validation'
  | 'not-found'
  | 'conflict'
  | 'rate-limit'
  | 'transient'
  | 'unsupported'
  | 'mapping'
  | 'internal';
