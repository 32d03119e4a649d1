import { t } from "../protocol/l10n.ts";
import { describeHostProblem, problemOf } from "./client/hostError.ts";
import { formatName, type HostName } from "./wire/names.ts";

/** A unikernel of a host. */
export interface OnHost {
  readonly host: string;
  readonly name: HostName;
}

/** Why an action did not succeed for a unikernel. */
export interface Failure {
  readonly on: OnHost;
  readonly error: unknown;
}

/** Such as `dev:hello on production`. */
export const fullName = ({ host, name }: OnHost): string =>
  t("{0} on {1}", formatName(name).replace(/^:/, ""), host);

/**
 * Does something with several unikernels: one after the other on each host, since the daemon's queue of connections is short,
 * and on all hosts at the same time. A failure does not keep the others from being done. `onDone` is called after each.
 */
export async function forEachUnikernel(
  all: readonly OnHost[],
  action: (on: OnHost) => Promise<void>,
  signal: AbortSignal,
  onDone: (on: OnHost) => void,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  await Promise.all(
    [...Map.groupBy(all, ({ host }) => host).values()].map(async (group) => {
      for (const on of group) {
        if (signal.aborted) return;
        try {
          await action(on);
        } catch (error) {
          if (signal.aborted) return;
          failures.push({ on, error });
        }
        onDone(on);
      }
    }),
  );
  return failures;
}

const maxNames = 10;

/** The names of several unikernels, of which the first ones are listed. */
export const namesText = (all: readonly OnHost[]): string => listed(all.map(fullName), maxNames, ", ");

const maxFailures = 3;

/** Describes failures of several unikernels in one message. */
export function failuresText(failures: readonly Failure[], count: number): string {
  const described = failures.map(
    ({ on, error }) => `${fullName(on)}: ${describeHostProblem(problemOf(error))}`,
  );
  return t("{0} of {1} unikernels failed: {2}", failures.length, count, listed(described, maxFailures, "; "));
}

function listed(texts: readonly string[], max: number, separator: string): string {
  const shown = texts.slice(0, max).join(separator);
  return texts.length > max ? t("{0}{1}and {2} more", shown, separator, texts.length - max) : shown;
}
