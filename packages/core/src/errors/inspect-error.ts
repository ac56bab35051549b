import { redact } from './redact.ts';

/** What Node's `console` and `util.inspect` call an object's own form by. */
export const inspectCustom: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/**
 * An error for the eyes of a developer: stack, the fields that are known, and the causes. Of a cause
 * that is not ours only the text is shown, redacted: its fields may hold a request with its headers.
 *
 * @param inspect - Node's, already bound to its options
 */
export function inspectError(error: Error, inspect: (value: object) => string): string {
  const { name: _name, ...fields } = error as Error & Record<string, unknown>;
  const known = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== false),
  );
  const { cause } = error;
  return [
    `${textOf(error)} ${inspect(known)}`,
    ...(cause === undefined ? [] : [`[cause]: ${inspectCause(cause, inspect)}`]),
  ].join('\n');
}

function inspectCause(cause: unknown, inspect: (value: object) => string): string {
  if (typeof cause !== 'object' || cause === null) return redact(String(cause));
  if (inspectCustom in cause) return inspect(cause);
  if (!(cause instanceof Error)) return Object.prototype.toString.call(cause);
  const rest = cause.cause === undefined ? '' : `\n[cause]: ${inspectCause(cause.cause, inspect)}`;
  return textOf(cause) + rest;
}

const textOf = (error: Error): string => redact(error.stack ?? `${error.name}: ${error.message}`);
