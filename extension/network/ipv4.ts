/** An IPv4 network: the first address as a number, and the length of the prefix. */
interface Ipv4Network {
  readonly first: number;
  readonly prefix: number;
}

/**
 * Parses an address with a prefix length, such as `10.0.0.1/24`, or without one, which means a single address.
 * `undefined` for other text.
 */
function parseNetwork(text: string): Ipv4Network | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  if (!parts) return undefined;
  const bytes = parts.slice(1, 5).map(Number);
  const prefix = Number(parts[5] ?? 32);
  if (bytes.some((byte) => byte > 255) || prefix > 32) return undefined;
  const address = bytes.reduce((number, byte) => number * 256 + byte, 0);
  return { first: address - (address % 2 ** (32 - prefix)), prefix };
}

/** Whether two networks, such as `10.0.0.1/24` and `10.0.0.0/8`, have an address in common; false for other text. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [parseNetwork(one), parseNetwork(other)];
  if (!a || !b) return false;
  const size = 2 ** (32 - Math.min(a.prefix, b.prefix));
  return Math.floor(a.first / size) === Math.floor(b.first / size);
}
