import { z } from 'zod';
import type { ConnectorError } from '../errors/connector-error.ts';
import { invalidResponse } from './invalid-response.ts';

/** A page of a list. */
export interface CommonPage<Item> {
  readonly items: readonly Item[];
  /** Items that are not what the API promises, with what is wrong. Never dropped silently. */
  readonly invalid: readonly CommonInvalidItem[];
  /** Continues behind this page; `undefined` on the last one. */
  readonly nextCursor: string | undefined;
}

/** An item that could not be read. */
export interface CommonInvalidItem {
  /** Its `id` or `update_id`, where it has one. */
  readonly id: string | undefined;
  readonly error: ConnectorError;
}

const envelopeSchema = z.object({
  items: z.array(z.unknown()),
  next_cursor: z.string().nullish(),
});

/**
 * Reads a page; a bad item spoils only itself.
 *
 * @throws ConnectorError `ERR_INVALID_RESPONSE` when the page itself is none
 */
export function readCommonPage<Item>(
  body: unknown,
  itemSchema: z.ZodType<Item>,
  operation: string,
): CommonPage<Item> {
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) throw invalidResponse({ error: envelope.error, operation });
  const items: Item[] = [];
  const invalid: CommonInvalidItem[] = [];
  envelope.data.items.forEach((candidate, index) => {
    const item = itemSchema.safeParse(candidate);
    if (item.success) items.push(item.data);
    else {
      invalid.push({
        id: readId(candidate),
        error: invalidResponse({ error: item.error, operation, prefix: ['items', index] }),
      });
    }
  });
  return { items, invalid, nextCursor: envelope.data.next_cursor || undefined };
}

function readId(item: unknown): string | undefined {
  const ids = z.object({ id: z.string().optional(), update_id: z.string().optional() });
  const found = ids.safeParse(item);
  return found.success ? (found.data.update_id ?? found.data.id) : undefined;
}
