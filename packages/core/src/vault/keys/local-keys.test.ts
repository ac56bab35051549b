import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentKeys } from './environment-keys.ts';
import { fileKeys } from './file-keys.ts';

const context = { tenant: 't', connection: 'c', name: 'n', version: 1 };
const of = (COMMON_VAULT_KEY: string) => environmentKeys({ environment: { COMMON_VAULT_KEY } });
const raw = randomBytes(32);

describe('keys in the environment', () => {
  it.each([
    ['hexadecimal', raw.toString('hex')],
    ['base64', raw.toString('base64')],
    ['base64 without padding', raw.toString('base64').replace(/=+$/, '')],
    ['base64url', raw.toString('base64url')],
    ['base64 with a line end', `${raw.toString('base64')}\n`],
    ['an id before it', `environment:${raw.toString('base64')}`],
  ])('are read as %s', async (_form, text) => {
    const provider = of(text);
    const keyId = await provider.currentKeyId();
    expect(keyId).toBe('environment');
    const dataKey = randomBytes(32);
    const wrapped = await provider.wrap(dataKey, { ...context, keyId });
    const same = of(raw.toString('hex'));
    expect(await same.unwrap(wrapped, { ...context, keyId })).toEqual(dataKey);
    expect(
      await of(randomBytes(32).toString('hex')).unwrap(wrapped, { ...context, keyId }),
    ).toBeUndefined();
    expect(await same.unwrap(wrapped, { ...context, keyId, version: 2 })).toBeUndefined();
    expect(await same.unwrap('no text of ours', { ...context, keyId })).toBeUndefined();
  });

  it('are several by their ids, the first being the current one', async () => {
    const old = randomBytes(32);
    const provider = of(`2026:${raw.toString('base64')}, 2025:${old.toString('hex')}`);
    expect(await provider.currentKeyId()).toBe('2026');
    expect(await provider.knows('2025')).toBe(true);
    expect(await provider.knows('2024')).toBe(false);
    const inOld = { ...context, keyId: '2025' };
    const dataKey = randomBytes(32);
    const wrapped = await of(`2025:${old.toString('base64')}`).wrap(dataKey, inOld);
    expect(await provider.unwrap(wrapped, inOld)).toEqual(dataKey);
    expect(await provider.unwrap(wrapped, { ...context, keyId: '2026' })).toBeUndefined();
  });

  const good = raw.toString('base64');
  it.each([
    ['nothing', ' ', 'is not set'],
    ['a remark only', '# later', 'holds no key'],
    ['a passphrase', 'correct horse battery', 'Its key is not 32 bytes in base64 or hexadecimal'],
    ['16 bytes', randomBytes(16).toString('hex'), 'Its key is not 32 bytes'],
    ['48 bytes', randomBytes(48).toString('base64'), 'Its key is not 32 bytes'],
    ['a placeholder', '0'.repeat(64), 'a placeholder'],
    ['two keys without ids', `${good},${good}`, 'Key 1 of 2 in it has no id'],
    ['one id twice', `a:${good},a:${raw.toString('hex')}`, 'two keys "a"'],
    ['an id with a space', `my key:${good}`, 'is not 32 bytes'],
  ])('that are %s say what to do, and never what they are', async (_what, text, says) => {
    const error = await of(text)
      .currentKeyId()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ERR_CONFIGURATION', category: 'configuration' });
    const { message } = error as Error;
    expect(message).toContain(says);
    expect(message).toContain('openssl rand -base64 32');
    if (text.trim().length > 10) expect(message).not.toContain(text.slice(0, 10));
  });

  it('are in no property of the provider', async () => {
    const { inspect } = await import('node:util');
    const provider = of(good);
    await provider.currentKeyId();
    const printed = inspect(provider, { depth: Infinity, showHidden: true });
    expect(printed + JSON.stringify(provider)).not.toContain(good);
  });
});

describe('keys in a file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vault-keys-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const write = (text: string, mode: number): string => {
    const path = join(folder, `keys-${mode.toString(8)}-${text.length}`);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };

  it('are read line by line', async () => {
    const text = `# since January\n2026:${raw.toString('base64')}\n2025:${randomBytes(32).toString('hex')}\n`;
    const provider = fileKeys({ path: write(text, 0o400) });
    expect(await provider.currentKeyId()).toBe('2026');
    expect(await provider.knows('2025')).toBe(true);
  });

  it.each([0o644, 0o640, 0o604, 0o620])('that others may touch (%o) are refused', async (mode) => {
    const path = write(raw.toString('base64'), mode);
    await expect(fileKeys({ path }).currentKeyId()).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining(`chmod 600 ${path}`),
    });
  });

  it('are read again for a key that was added', async () => {
    const path = write(`old:${raw.toString('base64')}`, 0o600);
    const provider = fileKeys({ path });
    expect(await provider.currentKeyId()).toBe('old');
    writeFileSync(path, `new:${randomBytes(32).toString('hex')}\nold:${raw.toString('base64')}`);
    expect(await provider.knows('new')).toBe(true);
    expect(await provider.currentKeyId()).toBe('new');
  });

  it('that were exchanged under an id in use are refused, and the former one goes on', async () => {
    const path = write(`a:${raw.toString('base64')}`, 0o600);
    const provider = fileKeys({ path });
    const keyId = await provider.currentKeyId();
    writeFileSync(path, `a:${randomBytes(32).toString('base64')}`);
    await expect(provider.knows('b')).rejects.toMatchObject({ code: 'ERR_VAULT_KEY_WRONG' });
    const dataKey = randomBytes(32);
    const wrapped = await provider.wrap(dataKey, { ...context, keyId });
    writeFileSync(path, `b:${randomBytes(32).toString('hex')}\na:${raw.toString('base64')}`);
    expect(await provider.knows('b')).toBe(true);
    expect(await provider.unwrap(wrapped, { ...context, keyId })).toEqual(dataKey);
  });

  it('that are not there, or are a folder, say what to do; once it is right they are used', async () => {
    const path = join(folder, 'later');
    const provider = fileKeys({ path });
    await expect(provider.currentKeyId()).rejects.toMatchObject({
      code: 'ERR_CONFIGURATION',
      message: expect.stringContaining('cannot be read (ENOENT)'),
    });
    await expect(fileKeys({ path: folder }).currentKeyId()).rejects.toThrow('is no key file');
    writeFileSync(path, raw.toString('base64'), { mode: 0o600 });
    expect(await provider.currentKeyId()).toBe('file');
  });
});
