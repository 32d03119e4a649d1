import { t } from "../protocol/l10n.ts";
import type { BootTest, Expectations } from "./model.ts";

/** Whether an address is one of this computer's own, whose ports all unikernels with its sockets share. */
export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/i.test(host);

/** The ports of this computer at which a test expects answers, each with the place of the first expectation. */
export function localPorts({
  http,
  tcp,
}: Pick<Expectations, "http" | "tcp">): ReadonlyMap<number, BootTest["range"]> {
  const found = new Map<number, BootTest["range"]>();
  for (const { host, port, range } of endpoints({ http, tcp }))
    if (isLoopback(host) && !found.has(port)) found.set(port, range);
  return found;
}

/**
 * Names what two boots can't use at the same time: tap interfaces, files of block devices, ports of this computer and
 * addresses of unikernels. `attached` has the interfaces and files of a unikernel's last boot, in any form: a test that names
 * none uses them again.
 */
export function resourcesOf(
  { launch, expect }: Pick<BootTest, "launch" | "expect">,
  attached?: unknown,
): readonly string[] {
  const devices = [launch["net"], launch["block"], attached].flatMap(textsIn);
  const hosts = [...endpoints(expect), ...expect.ping].map(({ host }) => host);
  return [
    ...new Set([
      ...devices,
      ...[...localPorts(expect).keys()].map((port) => t("port {0}", port)),
      ...hosts.filter((host) => !isLoopback(host)),
    ]),
  ];
}

const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

const endpoints = ({ http, tcp }: Pick<Expectations, "http" | "tcp">) => [
  ...http.map(({ url, range }) => {
    const { hostname, port, protocol } = new URL(url);
    return { host: hostname, port: Number(port === "" ? (protocol === "https:" ? 443 : 80) : port), range };
  }),
  ...tcp,
];

/** Lets a boot wait until what it needs is free. */
export interface ResourceLocks {
  /**
   * Resolves to the function that frees the resources. `onWait` is called with those in use if it must wait. Rejects with
   * the reason of the signal if that is aborted before.
   */
  readonly acquire: (
    names: readonly string[],
    signal: AbortSignal,
    onWait: (used: readonly string[]) => void,
  ) => Promise<() => void>;
}

export function createResourceLocks(): ResourceLocks {
  const used = new Set<string>();
  let freed = Promise.withResolvers<void>();
  return {
    acquire: async (names, signal, onWait) => {
      const aborted = Promise.withResolvers<never>();
      const abort = () => aborted.reject(signal.reason);
      signal.addEventListener("abort", abort);
      aborted.promise.catch(() => undefined);
      try {
        signal.throwIfAborted();
        let isWaiting = false;
        for (;;) {
          const taken = names.filter((name) => used.has(name));
          // All or none are taken, so that two boots never wait for each other.
          if (taken.length === 0) break;
          if (!isWaiting) onWait(taken);
          isWaiting = true;
          await Promise.race([freed.promise, aborted.promise]);
        }
      } finally {
        signal.removeEventListener("abort", abort);
      }
      for (const name of names) used.add(name);
      return () => {
        for (const name of names) used.delete(name);
        freed.resolve();
        freed = Promise.withResolvers();
      };
    },
  };
}
