import { constants } from "node:fs";
import { access, open } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import { t } from "../protocol/l10n.ts";

/** The capabilities of this computer that matter for unikernels. Reading them starts no program. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** Whether /dev/kvm exists and can be opened. Booting can still fail, without nested virtualization. */
  readonly kvm: "ok" | "denied" | "absent";
  /** Whether /dev/net/tun exists, which creates tap interfaces. */
  readonly tun: boolean;
  /** The user's id on Unix; 0 is root. */
  readonly uid: number | undefined;
  /** Windows Subsystem for Linux. */
  readonly wsl: boolean;
  readonly container: boolean;
  /** The package manager whose packages the fixes suggest. */
  readonly packageManager: "apt" | "brew" | undefined;
}

/** The sources of the facts about the host. Tests pass their own. */
export interface HostSources {
  readonly platform: NodeJS.Platform;
  readonly arch: NodeJS.Architecture;
  /** The kernel's release, as `uname -r` prints it. */
  readonly release: string;
  readonly uid: number | undefined;
  readonly kvmDevice: string;
  /** Opens a device for reading and writing, and closes it. Rejects with Node's error if that fails. */
  readonly openDevice: (path: string) => Promise<void>;
  readonly tunDevice: string;
  readonly containerMarks: readonly string[];
  readonly apt: string;
  readonly brew: readonly string[];
}

/**
 * The path at which a file of the host, such as `/dev/kvm`, is read: inside the folder that the environment variable
 * MIRAGEOS_HOST_ROOT names, if it is set, otherwise the path itself. Tests set it to get the same host on every
 * computer.
 */
export function hostPath(path: string, env: NodeJS.ProcessEnv = process.env): string {
  const root = env["MIRAGEOS_HOST_ROOT"] ?? "";
  return root === "" ? path : join(root, path);
}

/** The folder in which Linux lists network interfaces. */
export const interfacesFolder = (): string => hostPath("/sys/class/net");

/** The sources on this computer. */
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

/** Reads the facts about the host. Never rejects: a fact that cannot be read counts as absent. */
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

/** Opens the device for reading and writing, as the tenders do. */
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

/** Describes the host for display, such as `Linux x86-64 (WSL, in a container), /dev/kvm usable`. */
export function describeHost(host: Host): string {
  const systems: Partial<Record<NodeJS.Platform, string>> = {
    linux: t("Linux"),
    darwin: "macOS",
    win32: t("Windows"),
    freebsd: "FreeBSD",
    openbsd: "OpenBSD",
  };
  const arch = host.arch === "x64" ? "x86-64" : host.arch;
  const environments = [host.wsl ? "WSL" : "", host.container ? t("in a container") : ""].filter(
    (part) => part !== "",
  );
  const suffix = environments.length === 0 ? "" : ` (${environments.join(", ")})`;
  const kvm = {
    ok: t("/dev/kvm usable"),
    denied: t("no permission for /dev/kvm"),
    absent: t("no /dev/kvm"),
  };
  const kvmSuffix = host.platform === "linux" ? `, ${kvm[host.kvm]}` : "";
  return `${systems[host.platform] ?? host.platform} ${arch}${suffix}${kvmSuffix}`;
}

/** The shell command that allows the user to use KVM after the next login. */
export function kvmCommands(): readonly string[] {
  return ['sudo usermod -aG kvm "$USER"'];
}
