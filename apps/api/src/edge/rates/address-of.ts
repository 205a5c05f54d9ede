import { isIPv6 } from 'node:net';

/** The caller as far as limits go: of IPv6 the network, since whoever has one address there has a network of them. */
export function addressOf({ ip = '' }: { readonly ip?: string | undefined }): string {
  const plain = ip.startsWith('::ffff:') ? ip.slice(7) : ip;
  return isIPv6(plain) ? `${networkOf(plain)}::/64` : plain;
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':');
    while (groups.length + rest.length < 8) groups.push('0');
  }
  return groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}
