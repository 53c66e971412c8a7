import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { newSecret, signatureHeaders } from '../../src/chat/hooks/signature.ts';

it('signs the test vector of Standard Webhooks as the specification says', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  const of = { id, at: 1_614_265_330_999, body: '{"test": 2432232314}' };
  expect(signatureHeaders(secret, of)).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('makes secrets of 192 bits, whose signatures the official library verifies, and no others', () => {
  const [secret, other] = [newSecret(), newSecret()];
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
  expect(other).not.toBe(secret);
  const body = '{"text":"¡Hola! 👋\u2028"}';
  const headers = signatureHeaders(secret, { id: 'msg_1', at: Date.now(), body });
  expect(new Webhook(secret).verify(body, { ...headers })).toEqual(JSON.parse(body));
  expect(() => new Webhook(other).verify(body, { ...headers })).toThrow('No matching signature');
  expect(() => new Webhook(secret).verify(`${body} `, { ...headers })).toThrow(
    'No matching signature',
  );
});
