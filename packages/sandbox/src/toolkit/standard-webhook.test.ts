import { expect, it } from 'vitest';
import { signStandardWebhook } from './standard-webhook.ts';

it('signs the vector of the reference library', () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  };
  expect(signStandardWebhook(message, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('takes a secret that is not in base64 as it is', () => {
  const message = { id: 'a', timestamp: 1, body: '' };
  expect(signStandardWebhook(message, 'plain')).not.toEqual(signStandardWebhook(message, 'other'));
});
