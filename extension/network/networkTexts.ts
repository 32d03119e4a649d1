import { targets, type TargetId } from "../mirage/targets.ts";
import { t } from "../protocol/l10n.ts";
import type { DoctorLine } from "../toolchain/doctor.ts";
import type { Lease } from "./leases.ts";
import { isComplete, type NetworkState } from "./networkState.ts";

/** What is missing of a network that was set up, as phrases; empty if it is complete. */
export function missingParts(state: NetworkState): readonly string[] {
  const { bridge, taps, isBridgeReady, isForwarded, isServerRunning } = state;
  const lost = taps.filter(({ isReady }) => !isReady).map(({ name }) => name);
  return [
    ...(isBridgeReady ? [] : [t("the bridge {0} is missing or down", bridge?.name ?? "")]),
    ...(taps.length === 0 ? [t("it has no tap interface")] : []),
    ...lost.map((name) => t("{0} is missing, down or not on the bridge", name)),
    ...(isForwarded ? [] : [t("packets are not forwarded")]),
    ...(isServerRunning ? [] : [t("dnsmasq is not running")]),
  ];
}

/** One line about a complete network. `now` is in milliseconds since 1970; leases that ended are left out. */
export function describeNetwork(state: NetworkState, now: number): string {
  const { bridge, taps, leases } = state;
  const names = taps.map(({ name }) => name).join(", ");
  const line = t(
    "{0} on the bridge {1}; this computer is {2}; DHCP and DNS by dnsmasq; packets are forwarded",
    names,
    bridge?.name ?? "",
    `${bridge?.subnet ?? ""}.1`,
  );
  const valid = leases.filter(({ expires }) => expires === 0 || expires * 1000 > now);
  return valid.length === 0 ? line : `${line}; ${t("leases: {0}", valid.map(describeLease).join(", "))}`;
}

const describeLease = ({ address, name, mac }: Lease): string => `${address} (${name === "" ? mac : name})`;

/**
 * The line of Check Setup. It concerns the selected targets if one of them boots on tap interfaces, or if a network was
 * set up.
 */
export function networkLine(state: NetworkState, selected: readonly TargetId[], now: number): DoctorLine {
  const usesTaps = selected.some((id) => {
    const { booter, family } = targets[id];
    return booter !== undefined && family !== "unix" && family !== "xen";
  });
  const line = {
    section: "environment",
    id: "network",
    title: t("Network"),
    essential: false,
    needed: usesTaps || state.isRecorded,
  } as const;
  const setUp = { title: t("Set Up Network"), command: "mirageos.setUpNetwork" };
  if (isComplete(state)) {
    const fix = { title: t("Tear Down Network"), command: "mirageos.tearDownNetwork" };
    return { ...line, status: "ready", detail: describeNetwork(state, now), fix };
  }
  if (state.isRecorded) {
    const detail = t("incomplete: {0}", missingParts(state).join("; "));
    return { ...line, status: "limited", detail, fix: { ...setUp, title: t("Repair Network") } };
  }
  const taps = state.interfaces.filter(({ isTap }) => isTap).map(({ name }) => name);
  const detail =
    taps.length === 0
      ? t("not set up: there is no tap interface, which network devices under a tender need")
      : t("not set up: {0} exists, but without DHCP and access to other networks", taps.join(", "));
  return { ...line, status: taps.length === 0 ? "missing" : "limited", detail, fix: setUp };
}

/**
 * The message after the script that sets up a network has ended with an exit code, if one is known, and what it offers.
 * It depends on what exists now, since many shells report no exit code.
 */
export function setUpOutcome(
  state: NetworkState,
  code: number | undefined,
): { readonly message: string; readonly offers: "nothing" | "again" | "againOrTearDown" } {
  if (isComplete(state) && (code ?? 0) === 0) {
    const names = state.taps.map(({ name }) => name).join(", ");
    const message = t("The network is ready. Attach unikernels to {0}; they get an address by DHCP.", names);
    return { message, offers: "nothing" };
  }
  if (!state.isRecorded) {
    const message = t("The network was not set up, and nothing was changed. The terminal says why.");
    return { message, offers: "again" };
  }
  const missing = missingParts(state).join("; ");
  const message =
    missing === ""
      ? t("The script that sets up the network failed. The terminal says why.")
      : t("The network is incomplete: {0}. The terminal says why.", missing);
  return { message, offers: "againOrTearDown" };
}

/** Why no network is set up on this system, and what is possible there; `undefined` on Linux. */
export function otherSystem(platform: NodeJS.Platform): string | undefined {
  if (platform === "linux") return undefined;
  if (platform === "darwin")
    return t(
      "On macOS, unikernels for macosx use the network of this computer and need no set-up. Tap interfaces, which hvt, spt and virtio need, can be set up on Linux: open the folder on a Linux computer or in a virtual machine, for example with Remote - SSH.",
    );
  if (platform === "win32")
    return t(
      "On Windows, unikernels are built and booted in WSL. Open the folder in WSL, and set up the network there.",
    );
  return t(
    "The network can be set up on Linux only. If a tap interface is missing, the boot is refused with a button that shows the commands that create it.",
  );
}

/** The command lines that install dnsmasq, by package manager, in the order in which these are looked for. */
export const installLines: readonly (readonly [packageManager: string, commandLine: string])[] = [
  // Debian's package dnsmasq would also start a DNS server for the whole computer.
  ["apt-get", "apt-get install dnsmasq-base nftables"],
  ["dnf", "dnf install dnsmasq nftables"],
  ["pacman", "pacman -S dnsmasq nftables"],
  ["zypper", "zypper install dnsmasq nftables"],
  ["apk", "apk add dnsmasq nftables iproute2"],
];
