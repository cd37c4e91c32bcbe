import { BlockList, isIP } from 'node:net';

/** Ranges of IPv4 that lead nowhere public (IANA special-purpose registry, multicast, reserved). */
const NOT_PUBLIC_4 = [
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
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** IPv6 is public inside global unicast only; of that, these are special: protocol assignments (Teredo), documentation, 6to4. */
const GLOBAL_UNICAST_6 = [['2000::', 3]] as const;
const NOT_PUBLIC_6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const blocked4 = listOf(NOT_PUBLIC_4, 'ipv4');
const global6 = listOf(GLOBAL_UNICAST_6, 'ipv6');
const blocked6 = listOf(NOT_PUBLIC_6, 'ipv6');

/**
 * Whether an address leads to the public internet, judged by its bytes and not by its spelling. An IPv6 address that carries
 * an IPv4 one (mapped, 6to4, NAT64) or a zone is not public: nothing that we have to reach is spelled like that.
 */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%')) return false;
  switch (isIP(address)) {
    case 4:
      return !blocked4.check(address, 'ipv4');
    case 6:
      return global6.check(address, 'ipv6') && !blocked6.check(address, 'ipv6');
    default:
      return false;
  }
}

function listOf(ranges: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of ranges) list.addSubnet(net, prefix, family);
  return list;
}
