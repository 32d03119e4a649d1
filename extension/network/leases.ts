import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hostPath, interfacesFolder } from "../toolchain/host.ts";
import { stateFolder } from "./stateFolder.ts";

/** An address that dnsmasq gave to a unikernel. */
export interface Lease {
  readonly address: string;
  readonly mac: string;
  /** The name that the client sent; empty if it sent none. */
  readonly name: string;
  /** When the lease ends, in seconds since 1970; 0 means never. */
  readonly expires: number;
}

/**
 * Parses dnsmasq's file of leases: a line has the end in seconds since 1970, the MAC address, the IP address, the name
 * or `*`, and the client's id (dnsmasq's `lease.c`).
 */
export function parseLeases(text: string): readonly Lease[] {
  return text.split("\n").flatMap((line) => {
    const match = /^(\d+) (\S+) (\d+\.\d+\.\d+\.\d+) (\S+) /.exec(`${line} `);
    if (!match) return [];
    const [, expires = "0", mac = "", address = "", name = ""] = match;
    return { address, mac, name: name === "*" ? "" : name, expires: Number(expires) };
  });
}

/** A computer that a bridge has seen: its MAC address and the number of the port that it is behind. */
interface BridgeEntry {
  readonly mac: string;
  readonly port: number;
}

const entryLength = 16;

/**
 * Parses the table of a bridge, which Linux has in `/sys/class/net/BRIDGE/brforward`: entries of 16 bytes, with the MAC
 * address in the first 6, the number of the port in byte 6 and its higher bits in byte 12, and in byte 7 whether the
 * address is the bridge's own (`struct __fdb_entry` in `linux/if_bridge.h`). The bridge's own addresses are left out.
 */
export function parseBridgeTable(bytes: Uint8Array): readonly BridgeEntry[] {
  const count = Math.floor(bytes.length / entryLength);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * entryLength, (index + 1) * entryLength),
  )
    .filter((entry) => entry[7] === 0)
    .map((entry) => ({
      mac: [...entry.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join(":"),
      port: (entry[6] ?? 0) + (entry[12] ?? 0) * 256,
    }));
}

/**
 * Finds the addresses that were leased to the unikernels behind tap interfaces, by the names of these. Unikernels choose
 * their MAC address when they start, so it is read from the bridge, which forgets those of a unikernel that has ended.
 * Needs no permissions. Never rejects: without a network that was set up, it finds nothing.
 */
export async function leasedAddresses(taps: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const text = (path: string) => readFile(path, "utf8").catch(() => "");
  const record = (name: string) => text(hostPath(join(stateFolder, name)));
  const [leases, [bridge = ""]] = [parseLeases(await record("leases")), (await record("bridge")).split(" ")];
  if (leases.length === 0 || !/^[\w.-]+$/.test(bridge)) return new Map();
  const table = await readFile(join(interfacesFolder(), bridge, "brforward")).catch(() => new Uint8Array());
  const seen = parseBridgeTable(table);
  const found = new Map<string, string>();
  for (const tap of taps) {
    const port = Number.parseInt(await text(join(interfacesFolder(), tap, "brport/port_no")), 16);
    const macs = seen.filter((entry) => entry.port === port).map(({ mac }) => mac);
    // The file can have several leases of one client.
    const lease = leases.findLast(({ mac }) => macs.includes(mac.toLowerCase()));
    if (lease) found.set(tap, lease.address);
  }
  return found;
}

/**
 * Calls the listener whenever dnsmasq writes the file of leases. Returns a function that ends this; `undefined` if there
 * is no such file.
 */
export function watchLeases(listener: () => void): (() => void) | undefined {
  try {
    const watcher = watch(hostPath(join(stateFolder, "leases")), { persistent: false }, listener);
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    return undefined;
  }
}
