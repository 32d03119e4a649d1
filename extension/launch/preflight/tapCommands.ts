import { shellQuote } from "../../platform/shellQuote.ts";

/**
 * The shell commands that create a tap interface, with the host's address in the examples of MirageOS
 * (Solo5's `docs/building.md`). The interface belongs to the user, so that the tender does not need root.
 */
export function tapCommands(name: string, platform: NodeJS.Platform = "linux"): readonly string[] {
  const tap = shellQuote(name);
  if (platform === "freebsd") {
    return [
      "sudo kldload vmm if_tap",
      "sudo sysctl -w net.link.tap.up_on_open=1",
      `sudo ifconfig ${tap} create 10.0.0.1/24 link0`,
    ];
  }
  if (platform === "openbsd") return [`doas ifconfig ${tap} inet 10.0.0.1 netmask 255.255.255.0`];
  return [
    `sudo ip tuntap add ${tap} mode tap user "$USER"`,
    `sudo ip addr add 10.0.0.1/24 dev ${tap}`,
    ...upCommands(name),
  ];
}

/** The shell command that brings an interface up. */
export function upCommands(name: string): readonly string[] {
  return [`sudo ip link set dev ${shellQuote(name)} up`];
}

/** An unused name for a tap interface: `tap100`, as in MirageOS's examples, or the next free number. */
export function freeTapName(taken: readonly string[]): string {
  let number = 100;
  while (taken.includes(`tap${number}`)) number++;
  return `tap${number}`;
}
