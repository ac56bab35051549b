import type { SandboxClock } from '../../toolkit/sandbox-clock.ts';
import { makeId } from '../data/salesforce-id.ts';
import { badRequest } from '../salesforce-error.ts';
import type { Row } from '../schema/object-definition.ts';
import type { Projection } from './compile-select.ts';

/** What a query found, held on the server until it was read. */
export interface QueryResult {
  readonly rows: readonly Row[];
  readonly show: Projection;
}

/** A page as the API answers it. */
interface QueryPage {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly Record<string, unknown>[];
}

export interface QueryLocators {
  /** The first page; the rest is kept when there is more. */
  firstPage(result: QueryResult, pageSize: number, basePath: string): QueryPage;
  /** The page that a locator such as `0r8…-2000` stands for. @throws SalesforceError INVALID_QUERY_LOCATOR */
  nextPage(locator: string, pageSize: number, basePath: string): QueryPage;
  /** Makes a locator worthless. */
  forget(locator: string): void;
}

const lifeMs = 2 * 24 * 60 * 60 * 1_000;

export function createQueryLocators(clock: SandboxClock): QueryLocators {
  const kept = new Map<string, QueryResult & { readonly createdMs: number }>();
  let lastNumber = 0;

  const pageOf = (options: {
    readonly result: QueryResult;
    readonly id: () => string;
    readonly from: number;
    readonly pageSize: number;
    readonly basePath: string;
  }): QueryPage => {
    const { result, from, pageSize, basePath } = options;
    const { rows, show } = result;
    const until = from + pageSize;
    const records = rows.slice(from, until).map(show);
    return until >= rows.length
      ? { totalSize: rows.length, done: true, records }
      : {
          totalSize: rows.length,
          done: false,
          nextRecordsUrl: `${basePath}/query/${options.id()}-${until}`,
          records,
        };
  };

  return {
    firstPage(result, pageSize, basePath) {
      const keep = (): string => {
        const now = clock.now();
        for (const [id, { createdMs }] of kept) if (now - createdMs > lifeMs) kept.delete(id);
        lastNumber += 1;
        const id = makeId('0r8', lastNumber);
        kept.set(id, { ...result, createdMs: now });
        return id;
      };
      return pageOf({ result, id: keep, from: 0, pageSize, basePath });
    },
    nextPage(locator, pageSize, basePath) {
      const [, id = '', offset = ''] = /^(\w+)-(\d+)$/.exec(locator) ?? [];
      const result = kept.get(id);
      const isAlive = result && clock.now() - result.createdMs <= lifeMs;
      if (!result || !isAlive || Number(offset) >= result.rows.length) {
        throw badRequest('INVALID_QUERY_LOCATOR', 'invalid query locator');
      }
      return pageOf({ result, id: () => id, from: Number(offset), pageSize, basePath });
    },
    forget(locator) {
      kept.delete(locator.split('-')[0]!);
    },
  };
}
