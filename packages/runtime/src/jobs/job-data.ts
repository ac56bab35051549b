import { ConnectorError, type JsonValue } from '@common/connector-core';

/** Jobs name things. Records belong in the state. */
const mostCharacters = 100_000;

/**
 * The data of a job as text.
 *
 * @throws ConnectorError `ERR_VALIDATION` for what is no JSON, or too much
 */
export function jobDataText(data: JsonValue): string {
  const text = JSON.stringify(data) as string | undefined;
  if (text !== undefined && text.length <= mostCharacters) return text;
  throw new ConnectorError({
    code: 'ERR_VALIDATION',
    category: 'validation',
    message:
      text === undefined
        ? 'The data of a job has to be JSON. Give null where there is nothing to tell.'
        : `The data of a job has ${text.length} characters, ${mostCharacters} are allowed. Store what is large, and give the job its id.`,
    path: 'data',
  });
}
