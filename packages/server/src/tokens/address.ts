import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const MAPPED_BITS = 96;

/**
 * Whether a client's address is in one of these networks. An IPv4 address that arrives in the form of IPv6
 * (`::ffff:10.0.0.1`, RFC 4291, 2.5.5.2) is the IPv4 address. What is no address or no network is in none.
 */
export function isWithin(address: string | undefined, networks: readonly string[]): boolean {
  if (address === undefined || !isAddress(address)) return false;
  const client = ipaddr.process(address);
  return networks.some((network) => holds(network, client));
}

/** Whether a text is a network that can be compared with, an address by itself included; not all there are. */
export function isNetwork(text: string): boolean {
  const [address = '', ...bits] = text.split('/');
  return isAddress(address) && ipaddr.isValidCIDR(asNetwork(text)) && Number(bits[0] ?? 1) > 0;
}

/** What is wrong with a text that is no network; nothing where it is one. */
export function problemOfNetwork(text: string): string | undefined {
  if (isNetwork(text)) return undefined;
  const needed = 'must be an address or a network, such as 127.0.0.1 or 10.0.0.0/8';
  if (text.endsWith('/0')) return `${needed}, and not all addresses there are`;
  return /^[a-z_][a-z0-9_.-]*$/i.test(text) ? `${needed}; it is a name, and names are not looked up` : needed;
}

/** An address by itself as the network that holds it alone; a network as it is. */
export function asNetwork(text: string): string {
  if (text.includes('/')) return text;
  return text.includes(':') ? `${text}/128` : `${text}/32`;
}

/** What to count the requests of an address by: whoever has one IPv6 address has all of its network (RFC 6177). */
export function networkOf(address: string): string {
  if (!isAddress(address)) return address;
  const client = ipaddr.process(address);
  if (client.kind() === 'ipv4') return client.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(
    `${client.toNormalizedString().replace(/%.*$/s, '')}/64`,
  ).toString();
}

// The library also reads `10.1` and `0x7f.1`, which no socket gives and other programs read otherwise.
function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

function holds(network: string, client: Address): boolean {
  if (!ipaddr.isValidCIDR(network)) return false;
  const [base, bits] = unmapped(ipaddr.parseCIDR(network));
  return client.kind() === base.kind() && client.match(base, bits);
}

function unmapped([base, bits]: [Address, number]): [Address, number] {
  if (base.kind() === 'ipv4' || bits < MAPPED_BITS) return [base, bits];
  const plain = ipaddr.process(base.toString());
  return plain.kind() === 'ipv4' ? [plain, bits - MAPPED_BITS] : [base, bits];
}
