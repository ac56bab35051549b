import { describe, expect, it } from 'vitest';
import { ConnectorError } from '../errors/connector-error.ts';
import { namingErrors } from './naming-errors.ts';

const context = { system: 'acme', entity: 'product', key: 'A-1' };

describe('namingErrors', () => {
  it('says whose an error is, and of what, and keeps what it says already', async () => {
    const init = {
      code: 'ERR_NOT_FOUND',
      category: 'not-found',
      message: 'Nothing there.',
    } as const;
    const error = new ConnectorError({ ...init, entity: 'supplier' });
    await expect(namingErrors(Promise.reject(error), context)).rejects.toMatchObject({
      ...init,
      system: 'acme',
      entity: 'supplier',
      key: 'A-1',
    });
  });

  it('leaves an answer, and what is no error of a connector, as they are', async () => {
    expect(await namingErrors(Promise.resolve(7), context)).toBe(7);
    const bug = new TypeError('bug');
    await expect(namingErrors(Promise.reject(bug), context)).rejects.toBe(bug);
  });
});
