import { isPublicAddress, lookupPublic, PrivateAddressError } from './public-address';

it.each(['1.1.1.1', '8.8.8.8', '113.160.0.1', '223.255.255.255', '2606:4700:4700::1111', '2405:4800::1'])(
  '%s is of the Internet',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

it.each([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.19.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  'fe80::1',
  'fd00::1',
  'ff02::1',
  '2001:db8::1',
  '2001:0:7f00:1::',
  '2002:7f00:1::',
  'localhost',
  '2130706433',
  '',
])('%s is not', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

it.each([true, false])('resolves no name of this host (all: %s)', async (all) => {
  const answer = new Promise<Error | null>((resolve) => {
    lookupPublic('localhost', { all }, resolve);
  });
  expect(await answer).toBeInstanceOf(PrivateAddressError);
});
