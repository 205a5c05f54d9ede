import { isIPv6 } from 'node:net';

/** Some proxies note the port as well, which is another for each connection. */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/;

/** The caller as far as limits go: of IPv6 the network, since whoever has one address there has a network of them. */
export function addressOf({ ip = '' }: { readonly ip?: string | undefined }): string {
  const [, bracketed, dotted] = WITH_PORT.exec(ip) ?? [];
  const bare = bracketed ?? dotted ?? ip;
  const plain = bare.startsWith('::ffff:') ? bare.slice(7) : bare;
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
