import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { brokenLinks } from './broken-links.ts';

const root = mkdtempSync(join(tmpdir(), 'links-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('links of a document', () => {
  it('lead to files and to headings of theirs', () => {
    mkdirSync(join(root, 'docs'), { recursive: true });
    writeFileSync(
      join(root, 'docs', 'other.md'),
      '# Other\n## Who: `we`, and how\n```\n## No heading\n```\n',
    );
    writeFileSync(
      join(root, 'docs', 'one.md'),
      [
        '# One',
        '[a](other.md), [b](other.md#who-we-and-how), [c](#one), [d](https://elsewhere.example)',
        '```sh',
        'echo [x](nowhere.md)',
        '```',
        '[e](gone.md) and [f](other.md#no-heading)',
      ].join('\n'),
    );
    expect(brokenLinks(root, 'docs/one.md')).toEqual([
      '6 gone.md leads to no file',
      '6 other.md#no-heading leads to no heading',
    ]);
  });
});
