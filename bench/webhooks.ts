import { performance } from 'node:perf_hooks';
import { manualClock } from '@common/connector-core';
import { standardWebhooks } from '@common/connector-core/webhooks';
import { Webhook } from 'standardwebhooks';
import type { Row } from './row.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const count = 2000;

/** Verifying and parsing a webhook of 2 kB, against the reference library of Standard Webhooks. */
export async function benchWebhooks(): Promise<Row[]> {
  const body = JSON.stringify({ type: 'order.approved', text: 'x'.repeat(1950) });
  const reference = new Webhook(secret);
  // The reference library reads the machine's clock.
  const at = new Date();
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': reference.sign('msg_1', at, body),
  };
  const request = { method: 'POST', url: '/', headers, body: Buffer.from(body) };
  const scheme = standardWebhooks({ secrets: secret });
  const clock = manualClock(at.getTime());

  const turn = async (verify: () => unknown): Promise<number> => {
    const started = performance.now();
    for (let round = 0; round < count; round += 1) await verify();
    return (count * 1000) / (performance.now() - started);
  };
  let [ours, theirs] = [0, 0];
  // In turns, so that both see the same noise; the first ones warm up.
  for (let round = 0; round < 12; round += 1) {
    const mine = await turn(async () => {
      if ((await scheme.verify(request, { clock })).kind !== 'verified') throw new Error('refused');
    });
    const peer = await turn(() => reference.verify(request.body, headers));
    if (round > 2) [ours, theirs] = [Math.max(ours, mine), Math.max(theirs, peer)];
  }
  const ratio = ours / theirs;
  return [
    {
      name: 'webhook of 2 kB verified',
      value: ours,
      unit: 'requests/s',
      peer: 'standardwebhooks',
      peerValue: theirs,
      ratio,
      bar: '>= 0.9',
      pass: ratio >= 0.9,
    },
  ];
}
