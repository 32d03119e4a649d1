import type { UnaddressedRun } from "./model.ts";

/** Finds the addresses of unikernels that do not log them in the leases of the DHCP server. */
export interface LeaseAddresses {
  /** Waits for leases of these unikernels only. To be called whenever they change. */
  readonly follow: (runs: readonly UnaddressedRun[]) => void;
  readonly dispose: () => void;
}

/** Where leases come from, and what is told about them. */
export interface LeaseSources {
  /** The addresses leased to unikernels behind tap interfaces. Never rejects. */
  readonly read: (taps: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Calls the listener after each change of leases, until the returned function is called. */
  readonly watch: (listener: () => void) => (() => void) | undefined;
  /** Called once for a run, with the addresses in the order of its devices. */
  readonly found: (session: string, addresses: readonly string[]) => void;
}

/** Creates it. The leases are watched only while a unikernel waits for an address. */
export function createLeaseAddresses({ read, watch, found }: LeaseSources): LeaseAddresses {
  let waiting: readonly UnaddressedRun[] = [];
  let unwatch: (() => void) | undefined;
  const look = async (): Promise<void> => {
    const leased = await read([...new Set(waiting.flatMap(({ hosts }) => hosts))]);
    for (const { session, hosts } of waiting) {
      const addresses = hosts.flatMap((host) => leased.get(host) ?? []);
      if (addresses.length > 0) found(session, addresses);
    }
  };
  const stop = () => {
    unwatch?.();
    unwatch = undefined;
  };
  return {
    follow: (runs) => {
      const known = new Set(waiting.map(({ session }) => session));
      const hasNew = runs.some(({ session }) => !known.has(session));
      waiting = runs;
      if (runs.length === 0) stop();
      else if (hasNew || !unwatch) {
        unwatch ??= watch(() => void look());
        void look();
      }
    },
    dispose: stop,
  };
}
