import type { PlannedEntry } from './batch-plan.ts';
import type { PartResponse } from './settle-entry.ts';

/** Writes a V4 JSON batch. Bodies go in as they are: numbers keep their digits. */
export function writeJsonBatch(entries: readonly PlannedEntry[]): string {
  const requests = entries.flatMap(({ kind, operations }, index) =>
    operations.map(({ id, request, url }) => {
      const head = {
        id,
        ...(kind === 'change-set' && { atomicityGroup: `g${index + 1}` }),
        method: request.method,
        url,
        headers: request.headers,
      };
      const text = JSON.stringify(head);
      return request.body === undefined ? text : `${text.slice(0, -1)},"body":${request.body}}`;
    }),
  );
  return `{"requests":[${requests.join(',')}]}`;
}

/** Reads the answers of a JSON batch; `undefined` when it is none. */
export function readJsonBatch(body: unknown): PartResponse[] | undefined {
  const responses = (body as { readonly responses?: unknown } | null | undefined)?.responses;
  if (!Array.isArray(responses)) return undefined;
  return responses.flatMap((value: unknown): PartResponse[] => {
    const answer = value as {
      readonly id?: unknown;
      readonly status?: unknown;
      readonly headers?: Readonly<Record<string, unknown>>;
      readonly body?: unknown;
    };
    if (typeof answer !== 'object' || answer === null || !Number.isInteger(answer.status))
      return [];
    const headers = Object.entries(answer.headers ?? {}).map(([name, header]) => [
      name.toLowerCase(),
      String(header),
    ]);
    return [
      {
        id: answer.id === undefined ? undefined : String(answer.id),
        status: answer.status as number,
        headers: Object.fromEntries(headers),
        json: () => answer.body,
        text: () =>
          typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? ''),
      },
    ];
  });
}
