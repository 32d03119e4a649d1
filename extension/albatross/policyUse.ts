import type { HostOverview, HostPolicy } from "./client/hostClient.ts";

/** How much of a limit is used. Without a limit, everything is allowed. */
export interface Meter {
  readonly used: bigint;
  readonly limit: bigint | undefined;
}

/** What the policy of a path allows and what is used of it. Sizes are in MB. */
export interface PolicyUse {
  readonly unikernels: Meter;
  readonly memory: Meter;
  readonly blocks: Meter;
  readonly cpus: readonly number[];
  readonly bridges: readonly string[];
}

/** The root allows as many unikernels as an integer of OCaml can count. */
const unlimited = 2n ** 62n - 1n;

const isBelow = (path: readonly string[], above: readonly string[]): boolean =>
  above.every((label, index) => path[index] === label);

/** A policy limits what runs in its path and below. */
export function policyUse({ path, policy }: HostPolicy, { unikernels, blocks }: HostOverview): PolicyUse {
  const running = unikernels.filter(({ name }) => isBelow(name.path, path));
  const devices = blocks.filter(({ name }) => isBelow(name.path, path));
  const sum = (sizes: readonly number[]): bigint => BigInt(sizes.reduce((total, size) => total + size, 0));
  return {
    unikernels: {
      used: BigInt(running.length),
      limit: policy.unikernels === unlimited ? undefined : policy.unikernels,
    },
    memory: { used: sum(running.map(({ info }) => info.memory)), limit: policy.memory },
    blocks: { used: sum(devices.map(({ size }) => size)), limit: policy.block ?? 0n },
    cpus: policy.cpuids,
    bridges: policy.bridges,
  };
}

/** The policy that limits a path: its own, or the nearest above it. Undefined if the host sends none. */
export function nearestPolicy(
  policies: readonly HostPolicy[],
  path: readonly string[],
): HostPolicy | undefined {
  return policies
    .filter((each) => isBelow(path, each.path))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
}
