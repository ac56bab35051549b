import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ConnectorError, type ConnectorObserver, type Logger } from '@common/connector-core';

/** What a run leaves behind, by kind, as text. */
export type Artefacts = Map<string, string[]>;

export function addArtefact(artefacts: Artefacts, kind: string, ...texts: readonly string[]): void {
  const known = artefacts.get(kind) ?? [];
  known.push(...texts);
  artefacts.set(kind, known);
}

/** Everything that a value shows to a person, a log or an API. */
export function printed(value: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch {
    // A cycle; what is in it is in the other forms.
  }
  return [
    String(json),
    inspect(value, { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null }),
  ].join('\n');
}

/** Everything that an error shows, also to a tracker that walks the causes by itself. */
export function facesOf(error: unknown): string {
  const causes: unknown[] = [];
  for (let at = error; at instanceof Error && at.cause !== undefined; at = at.cause) {
    causes.push(at.cause);
  }
  return [
    String(error),
    error instanceof Error ? `${error.message}\n${error.stack}` : '',
    JSON.stringify(ConnectorError.isInstance(error) ? { ...error } : error) ?? '',
    printed(error),
    ...causes.map((cause) => inspect(cause, { depth: 12, showHidden: true, customInspect: false })),
  ].join('\n');
}

/** Every byte of every file. */
export function bytesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => {
      const bytes = readFileSync(path);
      return `${bytes.toString('utf8')}\n${bytes.toString('latin1')}`;
    })
    .join('\n');
}

/** At debug level, with everything that it is given. */
export function loggerInto(artefacts: Artefacts): Logger {
  const log =
    (level: string) =>
    (message: string, details?: object): void =>
      addArtefact(artefacts, 'log', `${level} ${message} ${printed(details)}`);
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
}

/** Hears everything that an observer can hear. */
export function observerInto(artefacts: Artefacts): ConnectorObserver {
  const hear =
    (name: string) =>
    (fact: unknown): undefined =>
      addArtefact(
        artefacts,
        name === 'lifecycle' ? 'lifecycle events' : 'observer',
        `${name} ${printed(fact)}`,
      ) as undefined;
  return {
    lifecycle: hear('lifecycle'),
    records: hear('records'),
    operation(operation) {
      hear('operation')(operation);
      return {
        admitted: hear('admitted'),
        attemptStarted: hear('attemptStarted'),
        attemptEnded: hear('attemptEnded'),
        retry: hear('retry'),
        ended: hear('ended'),
      };
    },
  };
}
