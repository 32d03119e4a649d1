import type { HostInterface, NetworkState } from "./networkState.ts";

/** The state of a computer on which nothing has been set up. */
export const noNetwork: NetworkState = {
  isRecorded: false,
  bridge: undefined,
  taps: [],
  isBridgeReady: false,
  isForwarded: false,
  isServerRunning: false,
  leases: [],
  interfaces: [],
  routes: [],
};

/** The state after a set-up of a bridge with one tap interface. */
export const completeNetwork: NetworkState = {
  ...noNetwork,
  isRecorded: true,
  bridge: { name: "mirage0", subnet: "10.0.0" },
  taps: [{ name: "tap100", isReady: true }],
  isBridgeReady: true,
  isForwarded: true,
  isServerRunning: true,
  interfaces: [
    anInterface("mirage0", { addresses: ["10.0.0.1/24"] }),
    anInterface("tap100", { isTap: true, master: "mirage0" }),
  ],
  routes: [{ to: "10.0.0.0/24", device: "mirage0" }],
};

/** An interface of the host that is up. */
export function anInterface(name: string, more: Partial<HostInterface> = {}): HostInterface {
  return { name, isTap: false, isUp: true, addresses: [], master: undefined, ...more };
}
