import { constants } from "node:fs";
import { access, open } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import { t } from "../platform/l10n.ts";

/** What this computer can do for unikernels, learnt without starting a program. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** Whether /dev/kvm is there and may be used. Even `ok` can fail: nested virtualisation is not seen from here. */
  readonly kvm: "ok" | "denied" | "absent";
  /** Whether there is a /dev/net/tun, through which taps are made. */
  readonly tun: boolean;
  /** The user's number on Unix; 0 is root. */
  readonly uid: number | undefined;
  /** Windows Subsystem for Linux. */
  readonly wsl: boolean;
  readonly container: boolean;
  /** Whose package names a suggestion may use. */
  readonly packageManager: "apt" | "brew" | undefined;
}

/** Where the facts are read from; tests set it. */
export interface HostSources {
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** The kernel's release, as `uname -r` prints it. */
  readonly release: string;
  readonly uid: number | undefined;
  readonly kvmDevice: string;
  /** Opens a device for reading and writing and closes it; rejects with Node's error where that fails. */
  readonly openDevice: (path: string) => Promise<void>;
  readonly tunDevice: string;
  readonly containerMarks: readonly string[];
  readonly apt: string;
  readonly brew: readonly string[];
}

/**
 * Where a file of the host is read, such as `/dev/kvm`: below the folder that the environment variable
 * MIRAGEOS_HOST_ROOT names, so that tests get the same host on every computer; else at the path itself.
 */
export function hostPath(path: string, env: NodeJS.ProcessEnv = process.env): string {
  const root = env["MIRAGEOS_HOST_ROOT"] ?? "";
  return root === "" ? path : join(root, path);
}

/** The folder in which Linux has a folder for each network interface. */
export const interfacesFolder = (): string => hostPath("/sys/class/net");

/** The places on this computer. */
export function realSources(): HostSources {
  return {
    platform: process.platform,
    arch: process.arch,
    release: release(),
    uid: process.getuid?.(),
    kvmDevice: hostPath("/dev/kvm"),
    openDevice: async (path) => (await open(path, constants.O_RDWR)).close(),
    tunDevice: hostPath("/dev/net/tun"),
    containerMarks: ["/.dockerenv", "/run/.containerenv"].map((path) => hostPath(path)),
    apt: hostPath("/usr/bin/apt-get"),
    brew: ["/opt/homebrew/bin/brew", "/usr/local/bin/brew"].map((path) => hostPath(path)),
  };
}

/** Reads the host's facts. Never rejects: what can't be read is taken as absent. */
export async function readHost(sources: HostSources = realSources()): Promise<Host> {
  const linux = sources.platform === "linux";
  const [kvm, tun, container, apt, brew] = await Promise.all([
    linux ? kvmState(sources) : Promise.resolve<Host["kvm"]>("absent"),
    linux && anyExists([sources.tunDevice]),
    linux && anyExists(sources.containerMarks),
    linux && anyExists([sources.apt]),
    anyExists(sources.brew),
  ]);
  return {
    platform: sources.platform,
    arch: sources.arch,
    kvm,
    tun,
    uid: sources.uid,
    wsl: linux && /microsoft/i.test(sources.release),
    container,
    packageManager: apt ? "apt" : brew ? "brew" : undefined,
  };
}

/** The tenders open it for reading and writing, so this does too. */
async function kvmState({ kvmDevice, openDevice }: HostSources): Promise<Host["kvm"]> {
  try {
    await openDevice(kvmDevice);
    return "ok";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "EACCES" || code === "EPERM" ? "denied" : "absent";
  }
}

async function anyExists(paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** The host in words: `Linux x86-64 (WSL, in a container), /dev/kvm usable`. */
export function describeHost(host: Host): string {
  const systems: Partial<Record<NodeJS.Platform, string>> = {
    linux: t("Linux"),
    darwin: "macOS",
    win32: t("Windows"),
    freebsd: "FreeBSD",
    openbsd: "OpenBSD",
  };
  const arch = host.arch === "x64" ? "x86-64" : host.arch;
  const around = [host.wsl ? "WSL" : "", host.container ? t("in a container") : ""].filter(
    (part) => part !== "",
  );
  const place = around.length === 0 ? "" : ` (${around.join(", ")})`;
  const kvm = {
    ok: t("/dev/kvm usable"),
    denied: t("/dev/kvm not permitted"),
    absent: t("no /dev/kvm"),
  };
  const note = host.platform === "linux" ? `, ${kvm[host.kvm]}` : "";
  return `${systems[host.platform] ?? host.platform} ${arch}${place}${note}`;
}
