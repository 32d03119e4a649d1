import type { BootTimes } from "../../project/model.ts";
import type { LogRecord } from "../model.ts";
import { addressesOfArguments, addressesOfMessage } from "./unikernelAddresses.ts";

/** Follows the boot of a unikernel: when it printed and logged for the first time, and which addresses it has. */
export interface BootProgress {
  /** The program has been started. Without this call no times are measured. `at` is in milliseconds, as times of records. */
  readonly start: (at: number) => void;
  /** Adds a record, in the order of the console. Returns whether the times or the addresses have changed. */
  readonly add: (record: Pick<LogRecord, "kind" | "message" | "receivedAt">) => boolean;
  /**
   * Adds the addresses that a DHCP server has leased to the unikernel. Records say more, so they are used only until a
   * record states addresses. Returns whether the addresses have changed.
   */
  readonly addLease: (leased: readonly string[]) => boolean;
  /** `undefined` if nothing was measured. */
  readonly times: () => BootTimes | undefined;
  /** Addresses of the unikernel, most of them with the length of the prefix: `10.0.0.2/24`. */
  readonly addresses: () => readonly string[];
}

/** Later records are not searched for addresses, so that a flood of records costs nothing. */
const searchedRecords = 5000;

/** Follows a boot with these arguments. Times are those of the records' first bytes; no clock is read. */
export function createBootProgress(bootArguments: readonly string[] = []): BootProgress {
  let startedAt: number | undefined;
  let times: BootTimes = { firstOutput: undefined, firstRecord: undefined, network: undefined };
  let addresses = addressesOfArguments(bootArguments);
  let searched = 0;
  const measure = (key: keyof BootTimes, at: number): boolean => {
    if (startedAt === undefined || times[key] !== undefined) return false;
    times = { ...times, [key]: Math.max(0, at - startedAt) };
    return true;
  };
  return {
    start: (at) => (startedAt = at),
    add: ({ kind, message, receivedAt }) => {
      if (searched >= searchedRecords || kind === "tender") return false;
      searched += 1;
      const isFirst = measure("firstOutput", receivedAt);
      if (kind !== "log") return isFirst;
      const isLogged = measure("firstRecord", receivedAt);
      const found = addressesOfMessage(message);
      if (found.length === 0) return isFirst || isLogged;
      addresses = found;
      measure("network", receivedAt);
      return true;
    },
    addLease: (leased) => {
      if (addresses.length > 0 || leased.length === 0) return false;
      addresses = leased;
      return true;
    },
    times: () => (times.firstOutput === undefined ? undefined : times),
    addresses: () => addresses,
  };
}
