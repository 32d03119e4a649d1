/**
 * The commands that make a tap interface, with the address that the examples of MirageOS give the
 * host (Solo5's `docs/building.md`). It belongs to the user, so that the tender needs no root.
 */
export function tapCommands(name: string, platform: NodeJS.Platform = "linux"): readonly string[] {
  if (platform === "freebsd") {
    return [
      "sudo kldload vmm if_tap",
      "sudo sysctl -w net.link.tap.up_on_open=1",
      `sudo ifconfig ${name} create 10.0.0.1/24 link0`,
    ];
  }
  if (platform === "openbsd") return [`doas ifconfig ${name} inet 10.0.0.1 netmask 255.255.255.0`];
  return [
    `sudo ip tuntap add ${name} mode tap user "$USER"`,
    `sudo ip addr add 10.0.0.1/24 dev ${name}`,
    ...upCommands(name),
  ];
}

/** The command that brings an interface up. */
export function upCommands(name: string): readonly string[] {
  return [`sudo ip link set dev ${name} up`];
}

/** The command that permits the user to use KVM from the next login on. */
export function kvmCommands(): readonly string[] {
  return ['sudo usermod -aG kvm "$USER"'];
}

/** A name for a tap that is not taken: `tap100`, as in MirageOS' examples, or the next number. */
export function freeTapName(taken: readonly string[]): string {
  let number = 100;
  while (taken.includes(`tap${number}`)) number++;
  return `tap${number}`;
}
