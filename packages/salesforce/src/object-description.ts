import { abortable, type CallOptions, ConnectorError } from '@common/connector-core';
import { aborted } from './aborted.ts';
import { areRows } from './is-row.ts';
import type { SalesforceSession } from './salesforce-session.ts';

/** A field as the org describes it; only what is used. */
export interface ObjectField {
  readonly name: string;
  readonly label?: string;
  /** For example `string`, `currency`, `datetime`, `reference`. */
  readonly type: string;
  readonly length?: number;
  readonly precision?: number;
  readonly scale?: number;
  readonly nillable?: boolean;
  readonly createable?: boolean;
  readonly updateable?: boolean;
  readonly custom?: boolean;
  readonly externalId?: boolean;
  readonly unique?: boolean;
  readonly relationshipName?: string | null;
}

/** An object as the org describes it to this user. */
export interface ObjectDescription {
  readonly name: string;
  readonly fields: ReadonlyMap<string, ObjectField>;
  readonly queryable: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly deletable: boolean;
  readonly replicateable: boolean;
}

const lifeMs = 3_600_000;

/** Asks for each object once an hour; whoever asks meanwhile shares the answer. */
export function createDescriptions({
  request,
  now,
  apiVersion,
}: Pick<SalesforceSession, 'request' | 'now' | 'apiVersion'>): {
  describe(object: string, options?: CallOptions): Promise<ObjectDescription>;
  forget(): void;
} {
  const known = new Map<
    string,
    { readonly at: number; readonly found: Promise<ObjectDescription> }
  >();
  const ask = async (object: string): Promise<ObjectDescription> => {
    const path = `/sobjects/${encodeURIComponent(object)}/describe`;
    const answer = await request({ method: 'GET', path, operation: 'describe' }).catch(
      async (error: unknown) => {
        const isMissing = ConnectorError.isInstance(error) && error.category === 'not-found';
        if (!isMissing) throw error;
        throw (await noVersion()) ?? noObject(object, error);
      },
    );
    return readDescription(object, answer.json());
  };
  /** An org without this version of the API has no object in it either. */
  const noVersion = async (): Promise<ConnectorError | undefined> => {
    const path = '/services/data';
    const answer = await request({ method: 'GET', path, operation: 'versions' }).catch(() => {});
    const list: unknown = answer?.json();
    if (!Array.isArray(list) || list.length === 0) return undefined;
    const versions = list.map((entry: { readonly version?: unknown }) => String(entry?.version));
    if (versions.includes(apiVersion)) return undefined;
    return new ConnectorError({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      message: `The org has no version ${apiVersion} of the API. Set apiVersion to one that it has: up to ${versions.at(-1)}.`,
      system: 'salesforce',
      path: 'apiVersion',
    });
  };
  return {
    async describe(object, { signal } = {}) {
      if (signal?.aborted) throw aborted(signal);
      let entry = known.get(object);
      if (entry === undefined || now() - entry.at >= lifeMs) {
        // Without the caller's signal: others may wait for the same answer.
        const found = ask(object);
        entry = { at: now(), found };
        known.set(object, entry);
        found.catch(() => known.delete(object));
      }
      try {
        return await abortable(entry.found, signal);
      } catch (error) {
        throw signal?.aborted ? aborted(signal) : error;
      }
    },
    forget: () => known.clear(),
  };
}

function readDescription(object: string, body: unknown): ObjectDescription {
  const { fields, ...rest } = (body ?? {}) as Record<string, unknown>;
  if (!areRows(fields)) {
    throw new ConnectorError({
      code: 'ERR_INVALID_RESPONSE',
      category: 'configuration',
      message: `What Salesforce answered is no description of ${object}. Check instanceUrl.`,
      system: 'salesforce',
    });
  }
  const can = (name: string): boolean => rest[name] !== false;
  return {
    name: object,
    fields: new Map(
      (fields as unknown as readonly ObjectField[]).map((field) => [field.name, field]),
    ),
    queryable: can('queryable'),
    createable: can('createable'),
    updateable: can('updateable'),
    deletable: can('deletable'),
    replicateable: can('replicateable'),
  };
}

function noObject(object: string, cause: ConnectorError): ConnectorError {
  return new ConnectorError({
    code: 'ERR_CONFIGURATION',
    category: 'configuration',
    message: `The org has no object ${object}, or the user may not see it. Check the name (custom objects end in __c), the licence, and the permissions of the user.`,
    httpStatus: cause.httpStatus,
    vendorCode: cause.vendorCode,
    system: 'salesforce',
    cause,
  });
}
