import { createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { decryptAesGcm, encryptAesGcm, openAesGcm, sealAesGcm } from './aes-gcm.ts';

const key = randomBytes(32);
const associatedData = Buffer.from('where it belongs');
const plaintext = Buffer.from('a secret');

describe('AES-256-GCM', () => {
  it('is what another library decrypts', () => {
    const sealed = sealAesGcm({ key, plaintext, associatedData });
    const decipher = forge.cipher.createDecipher('AES-GCM', key.toString('binary'));
    decipher.start({
      iv: sealed.subarray(0, 12).toString('binary'),
      additionalData: associatedData.toString('binary'),
      tag: forge.util.createBuffer(sealed.subarray(-16).toString('binary')),
    });
    decipher.update(forge.util.createBuffer(sealed.subarray(12, -16).toString('binary')));
    expect(decipher.finish()).toBe(true);
    expect(decipher.output.getBytes()).toBe('a secret');
  });

  it('opens what it sealed, by a key object as well, also nothing', () => {
    const object = createSecretKey(key);
    const sealed = sealAesGcm({ key, plaintext, associatedData });
    expect(openAesGcm({ key: object, sealed, associatedData })).toEqual(plaintext);
    const empty = sealAesGcm({ key: object, plaintext: Buffer.alloc(0), associatedData });
    expect(openAesGcm({ key, sealed: empty, associatedData })).toEqual(Buffer.alloc(0));
  });

  it('has another IV each time', () => {
    const ivs = Array.from({ length: 1000 }, () =>
      sealAesGcm({ key, plaintext, associatedData }).subarray(0, 12).toString('hex'),
    );
    expect(new Set(ivs).size).toBe(1000);
  });

  it('does not open by another key, for other data, or in part', () => {
    const sealed = sealAesGcm({ key, plaintext, associatedData });
    expect(openAesGcm({ key: randomBytes(32), sealed, associatedData })).toBeUndefined();
    expect(openAesGcm({ key, sealed, associatedData: Buffer.from('elsewhere') })).toBeUndefined();
    for (let length = 0; length < sealed.length; length += 1) {
      const part = sealed.subarray(0, length);
      expect(openAesGcm({ key, sealed: part, associatedData })).toBeUndefined();
    }
  });

  it('does not take a shortened tag, which Node would', () => {
    const iv = randomBytes(12);
    const whole = encryptAesGcm({ key, iv, plaintext, associatedData });
    const short = whole.subarray(0, -12);
    const node = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 4 });
    node.setAAD(associatedData).setAuthTag(short.subarray(-4));
    expect(Buffer.concat([node.update(short.subarray(0, -4)), node.final()])).toEqual(plaintext);
    expect(decryptAesGcm({ key, iv, ciphertext: short, associatedData })).toBeUndefined();
  });
});
