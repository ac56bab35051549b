import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseSettings } from './parse-settings.ts';

const schema = z.strictObject({
  baseUrl: z.url('must be a URL, for example "https://erp.example.com"'),
  pageSize: z.number().int().positive().default(100),
  secret: z.string().min(8).optional(),
});

describe('parseSettings', () => {
  it('answers the settings with their defaults', () => {
    expect(parseSettings(schema, { baseUrl: 'https://erp.example.com' }, 'acme')).toEqual({
      baseUrl: 'https://erp.example.com',
      pageSize: 100,
    });
  });

  it('names every bad setting, and no value', () => {
    const settings = { baseUrl: 'erp', pageSize: -1, secret: 'hunter2', pagesize: 5 };
    let error: unknown;
    try {
      parseSettings(schema, settings, 'acme');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'ERR_CONFIGURATION',
      category: 'configuration',
      system: 'acme',
      path: 'baseUrl',
    });
    const { message } = error as Error;
    expect(message).toContain('baseUrl: must be a URL');
    expect(message).toContain('pageSize');
    expect(message).toContain('pagesize: must not be given');
    expect(message).not.toContain('hunter2');
  });

  it.each([undefined, null, 'erp'])('says that settings are an object: %s', (settings) => {
    expect(() => parseSettings(schema, settings, 'acme')).toThrow(
      'The settings of acme cannot be used. They must be an object.',
    );
  });
});
