import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** An address that belongs to this host or its network, and not to the Internet. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/** IPv4 that is not of the Internet at large (RFC 6890 and its registry). */
const INNER_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Parts of the global IPv6 unicast space that lead elsewhere: documentation, and tunnels to any IPv4 (Teredo, 6to4). */
const INNER_IPV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const inner = new BlockList();
for (const [net, prefix] of INNER_IPV4) inner.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of INNER_IPV6) inner.addSubnet(net, prefix, 'ipv6');

/** Global unicast (RFC 4291 §2.4): everything else in IPv6 is local, special, or an IPv4 address in disguise. */
const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

/** @param address IPv4 or IPv6, as numbers */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !inner.check(address, 'ipv4');
    case 6:
      return global.check(address, 'ipv6') && !inner.check(address, 'ipv6');
    default:
      return false;
  }
}

/**
 * Resolves a host for a connection that is made at once, to addresses of the Internet alone. As the address that was
 * checked is the one that is connected to, a name that answers otherwise the next time (DNS rebinding) gains nothing.
 * A host that is written as an address is not resolved: check it by `isPublicAddress`.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) {
      callback(error, '');
      return;
    }
    const allowed = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = allowed;
    if (!first) callback(new PrivateAddressError(`${hostname} is at no address of the Internet`), '');
    else if (options.all) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};
