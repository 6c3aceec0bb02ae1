import { generateKeyPairSync, verify } from 'node:crypto';
import { signedHeaders } from './sign';

it('signs as the example of the Standard Webhooks specification', () => {
  const headers = signedHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', new Date(1_614_265_330_000), '{"test": 2432232314}', [
    { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  ]);
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

it('signs with every secret while one is changed, and with the axis’s own key', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const signers = [{ secret: 'whsec_AAAA' }, { secret: 'whsec_BBBB' }, { privateKey }];
  const signatures = signedHeaders('a', new Date(1_999), 'b', signers)['webhook-signature'].split(' ');
  expect(signatures.map((one) => one.split(',')[0])).toEqual(['v1', 'v1', 'v1a']);
  const signature = Buffer.from(signatures[2]?.split(',')[1] ?? '', 'base64');
  expect(verify(null, Buffer.from('a.1.b'), publicKey, signature)).toBe(true);
});
