import { overlap } from "./ipv4.ts";
import type { NetworkState } from "./networkState.ts";
import { t } from "../protocol/l10n.ts";

/** What the script sets up. */
export interface NetworkPlan {
  /** The name of the bridge. */
  readonly bridge: string;
  /** The first three bytes of the /24 network, such as `10.0.0`. The host has the address 1 in it. */
  readonly subnet: string;
  /** The tap interfaces on the bridge. */
  readonly taps: readonly string[];
  /** The user id to which new tap interfaces belong. */
  readonly owner: number;
}

/**
 * The networks to choose from. The first one is that of MirageOS's examples and of the default address of a unikernel,
 * 10.0.0.2; the others are used if this computer has addresses or routes in it.
 */
const subnets = ["10.0.0", "10.77.0", "192.168.177", "172.31.177"];

/** The tap interface of MirageOS's examples. */
const firstTap = 100;

/**
 * Plans a network that keeps what is set up already, and adds the tap interface `tap` if it is given. Without one and
 * without earlier ones, a free name is chosen. Refuses with a sentence if that is impossible.
 */
export function planNetwork(
  state: NetworkState,
  { owner, tap }: { readonly owner: number; readonly tap?: string | undefined },
): NetworkPlan | { readonly refused: string } {
  if (tap !== undefined) {
    const refused = refusalOfTap(state, tap);
    if (refused !== undefined) return { refused };
  }
  const bridge = state.bridge?.name ?? freeName(state, "mirage", 0);
  const kept = state.taps.map(({ name }) => name);
  const added = tap ?? (kept.length === 0 ? newTap(state) : undefined);
  const taps = added === undefined || kept.includes(added) ? kept : [...kept, added];
  const subnet = state.bridge?.subnet ?? freeSubnet(state, [bridge, ...taps]);
  if (subnet === undefined) {
    return {
      refused: t(
        "This computer has addresses or routes in all networks that are tried: {0}. Free one of them, for example by disconnecting a VPN.",
        subnets.map((each) => `${each}.0/24`).join(", "),
      ),
    };
  }
  return { bridge, subnet, taps, owner };
}

/** Whether a name has no meaning in a shell or for the program ip; Linux itself accepts more names. */
export const isPlainName = (name: string): boolean => /^\w[\w.-]{0,14}$/.test(name);

/** The name of a tap interface to add, which no interface has. */
export const newTap = (state: NetworkState): string => freeName(state, "tap", firstTap);

function refusalOfTap({ interfaces, bridge }: NetworkState, tap: string): string | undefined {
  const found = interfaces.find(({ name }) => name === tap);
  if (!isPlainName(tap)) return t("{0} can't be the name of a tap interface.", tap);
  if (!found) return undefined;
  if (!found.isTap) return t("{0} exists and is not a tap interface. Choose another name.", tap);
  if (found.master === undefined || found.master === bridge?.name) return undefined;
  return t("{0} belongs to the bridge {1}. Choose another tap interface.", tap, found.master);
}

function freeName({ interfaces }: NetworkState, prefix: string, from: number): string {
  let number = from;
  while (interfaces.some(({ name }) => name === `${prefix}${number}`)) number++;
  return `${prefix}${number}`;
}

/** The first network in which no other interface than `ours` has an address, and to which no route leads. */
function freeSubnet({ interfaces, routes }: NetworkState, ours: readonly string[]): string | undefined {
  const taken = [
    ...interfaces.flatMap(({ name, addresses }) => (ours.includes(name) ? [] : addresses)),
    ...routes.flatMap(({ to, device }) => (ours.includes(device) ? [] : [to])),
  ];
  return subnets.find((subnet) => !taken.some((network) => overlap(network, `${subnet}.0/24`)));
}
