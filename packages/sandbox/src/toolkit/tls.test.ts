import { request } from 'node:https';
import { expect, it } from 'vitest';
import { createSandbox } from './create-sandbox.ts';

// Made for this test only, self-signed for 127.0.0.1.
const cert = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUeDtta31xn6pLRs2C2zZr3i49ZZswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMDEwNDk1MloYDzIxMjYxMDI3
MTA0OTUyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAS/F/H684nzr4dlY3LYeTcq/SUqlklAJECbyAgiis5Vnd8Gg7RMXA1I
z9R1CxFtbKSonCtb+rFrubA9wS0MsM0Oo28wbTAdBgNVHQ4EFgQULKVv18FP6r3N
YytKaLeZcvaLBxwwHwYDVR0jBBgwFoAULKVv18FP6r3NYytKaLeZcvaLBxwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZI
zj0EAwIDRwAwRAIgGPZ4xGr1kxf8WZpAraGIFCS2BDyZyGyzU7BOs3ypQQUCIDXw
dGB7wSd9K123TCmw6mvfaqvNCylhJZPLBRAxj93h
-----END CERTIFICATE-----`;
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwnMapDRIHQdHas05
UZbuJqHpliA6QDFnfEoqv2lNjiShRANCAAS/F/H684nzr4dlY3LYeTcq/SUqlklA
JECbyAgiis5Vnd8Gg7RMXA1Iz9R1CxFtbKSonCtb+rFrubA9wS0MsM0O
-----END PRIVATE KEY-----`;

it('serves HTTPS, resets included', async () => {
  const sandbox = await createSandbox({
    tls: { key, cert },
    routes: [{ method: 'GET', path: '/', handler: () => ({ status: 200, body: 'safe' }) }],
  });
  const read = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const call = request(`${sandbox.url}/`, { ca: cert }, (answer) => {
        answer.on('data', (chunk: Buffer) => resolve(chunk.toString()));
      });
      call.on('error', reject);
      call.end();
    });
  expect(sandbox.url).toMatch(/^https:/);
  expect(await read()).toBe('safe');
  sandbox.faults.add({ kind: 'reset-before' });
  await expect(read()).rejects.toThrow('socket hang up');
  await sandbox.close();
});
