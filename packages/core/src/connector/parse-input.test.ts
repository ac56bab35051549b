import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operationOf } from './operation-of.ts';
import { parseInput } from './parse-input.ts';

const schema = z.strictObject({ key: z.string(), copies: z.number().default(1) });
const about = { system: 'acme', operation: 'print' };
const parse = (input: unknown) => () => parseInput(schema, input, about);

describe('the input of an operation', () => {
  it('has its defaults', () => {
    expect(parse({ key: 'A-1' })()).toEqual({ key: 'A-1', copies: 1 });
  });

  it.each([
    [undefined, 'input', 'input: must be an object'],
    ['A-1', 'input', 'input: must be an object'],
    [{}, 'key', 'key: is missing'],
    [{ key: 'A-1', copy: 'canary' }, 'copy', 'copy: must not be given'],
    [{ copies: 'canary' }, 'key', 'key: is missing; copies: must be a number'],
  ])('is refused with all that is wrong, and no value: %j', (input, path, words) => {
    let error: unknown;
    try {
      parse(input)();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'ERR_VALIDATION', category: 'validation', ...about, path });
    expect((error as Error).message).toContain(`The input of print cannot be used: ${words}`);
    expect((error as Error).message).not.toContain('canary');
  });
});

describe('operationOf', () => {
  it('finds an operation, and names those there are', () => {
    const operations = { print: 1, post: 2 };
    expect(operationOf(operations, about)).toBe(1);
    for (const operation of ['burn', 'toString']) {
      expect(() => operationOf(operations, { system: 'acme', operation })).toThrow(
        expect.objectContaining({
          code: 'ERR_UNSUPPORTED_OPERATION',
          message: `The connector acme has no operation "${operation}". It has print, post.`,
        }),
      );
    }
  });
});
