import { checkTemplateLaws, parseTemplate } from '@common/connector-core/mapping';
import { describe, expect, it } from 'vitest';
import * as templates from './index.ts';

describe.each(Object.entries(templates))('%s', (_name, template) => {
  it('is a valid template, as data', () => {
    expect(parseTemplate(JSON.stringify(template))).toEqual(template);
  });

  it('gives back what it was given, in both directions, for 1,000 records', () => {
    expect(checkTemplateLaws(template, { records: 1000 })).toEqual([]);
  });
});
