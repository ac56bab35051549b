import { describe, expect, it } from 'vitest';
import { assertFilterable } from './assert-filterable.ts';

const about = { system: 'acme', entity: 'product', filterable: ['group', 'number'] };
const by = (field: string) => [{ field, operator: 'eq', value: '1' }] as const;

describe('assertFilterable', () => {
  it('accepts conditions on filterable fields, and none', () => {
    expect(() => assertFilterable({ ...about, where: by('group') })).not.toThrow();
    expect(() => assertFilterable({ ...about, where: undefined })).not.toThrow();
  });

  it('names the fields that can be filtered by', () => {
    expect(() => assertFilterable({ ...about, where: by('colour') })).toThrow(
      'A product of acme cannot be filtered by "colour". It can be by group, number.',
    );
  });

  it('says so when nothing can be', () => {
    expect(() => assertFilterable({ ...about, filterable: [], where: by('group') })).toThrow(
      'It cannot be filtered.',
    );
  });
});
