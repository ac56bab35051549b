import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { bodyOf, openExchange } from './request-body.ts';

const tooMuch = () => Array.from({ length: 16 }, () => Buffer.alloc(10_000_000));

describe('a body of a request of jsforce', () => {
  it.each([
    ['a text', 'Name=1', 'Name=1'],
    ['bytes', Buffer.from('bytes'), 'bytes'],
    ['parameters', new URLSearchParams({ q: 'a b' }), 'q=a+b'],
    ['a form', { getBuffer: () => Buffer.from('--form') }, '--form'],
    ['a stream', Readable.from(['Name\n', Buffer.from('Straße\n')]), 'Name\nStraße\n'],
  ])('is %s', async (_what, body, text) => {
    expect(Buffer.from((await bodyOf(body)) ?? '').toString()).toBe(text);
  });

  it('is none', async () => {
    expect(await bodyOf(null)).toBeUndefined();
    expect(await bodyOf(undefined)).toBeUndefined();
  });

  it('is whole when the stream that it is written into ends', async () => {
    const { stream, written } = openExchange();
    Readable.from(['Stra', 'ße']).pipe(stream);
    expect(Buffer.from(await written).toString()).toBe('Straße');
  });

  it('ends with the failure of the stream', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('the disk is gone'));
      },
    });
    await expect(bodyOf(broken)).rejects.toThrow('the disk is gone');
  });

  it('is refused when no bulk job takes so much', async () => {
    await expect(bodyOf(Readable.from(tooMuch()))).rejects.toThrow('Split it');
    const { stream, written } = openExchange();
    Readable.from(tooMuch()).pipe(stream);
    await expect(written).rejects.toMatchObject({ code: 'ERR_VALIDATION' });
  });
});
