import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { capture } from "../platform/capture.ts";
import { currentEnv } from "../platform/env.ts";
import type { Run } from "../platform/process.ts";
import { hostPath, interfacesFolder } from "../toolchain/host.ts";
import { parseLeases, type Lease } from "./leases.ts";
import { stateFolder } from "./stateFolder.ts";

/** A network interface of this computer. */
export interface HostInterface {
  readonly name: string;
  readonly isTap: boolean;
  readonly isUp: boolean;
  /** IPv4 addresses with the length of the prefix, such as `10.0.0.1/24`. */
  readonly addresses: readonly string[];
  /** The bridge that it belongs to. */
  readonly master: string | undefined;
}

/** The network for unikernels, as the set-up script recorded it, compared with what exists. */
export interface NetworkState {
  /** Whether the script has run since the computer started, at least in part. */
  readonly isRecorded: boolean;
  /** The recorded bridge and its network, such as `10.0.0`. */
  readonly bridge: { readonly name: string; readonly subnet: string } | undefined;
  /** The recorded tap interfaces. */
  readonly taps: readonly { readonly name: string; readonly isReady: boolean }[];
  /** Whether the bridge exists, is up and has its address. */
  readonly isBridgeReady: boolean;
  /** Whether the host forwards packets, and the script has made rules that translate addresses. */
  readonly isForwarded: boolean;
  readonly isServerRunning: boolean;
  readonly leases: readonly Lease[];
  readonly interfaces: readonly HostInterface[];
  /** The destinations of routes other than the default ones, and their interfaces. */
  readonly routes: readonly { readonly to: string; readonly device: string }[];
}

/** Whether everything that the script sets up exists. Translation rules are only visible to root. */
export const isComplete = (state: NetworkState): boolean =>
  state.isBridgeReady &&
  state.taps.length > 0 &&
  state.taps.every(({ isReady }) => isReady) &&
  state.isForwarded &&
  state.isServerRunning;

/**
 * Reads the state of the network. It reads files below {@link hostPath}, and starts the program `ip` of iproute2, which
 * needs no permissions. Without `ip`, no interface is known.
 */
export async function readNetwork(run: Run): Promise<NetworkState> {
  const text = async (path: string): Promise<string> =>
    (await readFile(hostPath(path), "utf8").catch(() => "")).trim();
  const words = async (name: string) => (await text(join(stateFolder, name))).split(/\s+/).filter(Boolean);
  const [addresses, routes, names, host, here, forwarding, firewall] = await Promise.all([
    queryIp(run, ["-details", "address", "show"]),
    queryIp(run, ["-4", "route", "show"]),
    readdir(interfacesFolder()).catch((): string[] => []),
    text(join(stateFolder, "host")),
    hostMark(text),
    text("/proc/sys/net/ipv4/ip_forward"),
    text(join(stateFolder, "firewall")),
  ]);
  // Those of this computer, whose files tests replace.
  const known = {
    interfaces: parseInterfaces(addresses).filter(({ name }) => names.includes(name)),
    routes: parseRoutes(routes).filter(({ device }) => names.includes(device)),
  };
  // After a restart of a container, /run can still have the records of the network before.
  if (host === "" || host !== here) return { ...noNetwork, ...known };
  const [[name, subnet], taps] = await Promise.all([words("bridge"), words("taps")]);
  const bridge = name === undefined || subnet === undefined ? undefined : { name, subnet };
  const found = (wanted: string | undefined) => known.interfaces.find((each) => each.name === wanted);
  return {
    ...known,
    isRecorded: true,
    bridge,
    taps: taps.map((tap) => {
      const { isTap, isUp, master } = found(tap) ?? {};
      return { name: tap, isReady: isTap === true && isUp === true && master === name };
    }),
    isBridgeReady: found(name)?.isUp === true && found(name)?.addresses.includes(`${subnet}.1/24`) === true,
    isForwarded: forwarding === "1" && firewall !== "",
    isServerRunning: await isServer(text, await text(join(stateFolder, "dnsmasq.pid"))),
    leases: parseLeases(await text(join(stateFolder, "leases"))),
  };
}

const noNetwork = {
  isRecorded: false,
  bridge: undefined,
  taps: [],
  isBridgeReady: false,
  isForwarded: false,
  isServerRunning: false,
  leases: [],
};

/** What the script writes into the file `host`: the start of the kernel and the network namespace. */
async function hostMark(text: (path: string) => Promise<string>): Promise<string> {
  const namespace = await readlink(hostPath("/proc/self/ns/net")).catch(() => "");
  return `${await text("/proc/sys/kernel/random/boot_id")} ${namespace}`;
}

/** Whether this process is the dnsmasq of our network: another program may have got the number of one that ended. */
async function isServer(text: (path: string) => Promise<string>, pid: string): Promise<boolean> {
  if (!/^\d+$/.test(pid)) return false;
  const commandLine = await text(`/proc/${pid}/cmdline`);
  return commandLine.split("\0").includes(`--conf-file=${join(stateFolder, "dnsmasq.conf")}`);
}

async function queryIp(run: Run, args: readonly string[]): Promise<string> {
  const env = currentEnv();
  // Debian has the program ip in a folder that is not on the PATH of users.
  const PATH = `${env["PATH"] ?? ""}:/usr/sbin:/sbin`;
  const spec = { file: "ip", args: ["-json", ...args], cwd: "/", env: { ...env, PATH } };
  return (await capture(run, spec, { timeoutMs: 5000 })).stdout;
}

/** Parses a JSON array of objects; empty for other text, such as that of a program without JSON output. */
function parseObjects(text: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((each) => typeof each === "object" && each !== null) : [];
  } catch {
    return [];
  }
}

const field = (of: unknown, name: string): unknown =>
  typeof of === "object" && of !== null ? Object.entries(of).find(([key]) => key === name)?.[1] : undefined;

/** Parses the output of `ip -json -details address show` (iproute2). */
export function parseInterfaces(text: string): readonly HostInterface[] {
  return parseObjects(text).flatMap((each) => {
    const { ifname, flags, master, addr_info: infos, linkinfo } = each;
    if (typeof ifname !== "string") return [];
    const addresses = (Array.isArray(infos) ? infos : [])
      .filter((info) => field(info, "family") === "inet")
      .map((info) => `${String(field(info, "local"))}/${String(field(info, "prefixlen"))}`);
    return {
      name: ifname,
      isTap: field(linkinfo, "info_kind") === "tun" && field(field(linkinfo, "info_data"), "type") === "tap",
      isUp: Array.isArray(flags) && flags.includes("UP"),
      addresses,
      master: typeof master === "string" ? master : undefined,
    };
  });
}

function parseRoutes(text: string): NetworkState["routes"] {
  return parseObjects(text).flatMap(({ dst, dev }) =>
    typeof dst === "string" && typeof dev === "string" && dst !== "default" ? [{ to: dst, device: dev }] : [],
  );
}
