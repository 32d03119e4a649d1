import type { MetricsStore } from "../../receivers/metrics/metricsStore.ts";
import { openMetricsReceiver } from "../../receivers/metrics/metricsReceiver.ts";
import { listenProblem, type ListenAddress } from "../../receivers/listenAddress.ts";
import type { Receiver } from "../../receivers/openServer.ts";
import { openSyslogReceiver } from "../../receivers/syslog/syslogReceiver.ts";
import type { LaunchConfiguration } from "../configuration/launchConfiguration.ts";
import type { ConsoleWriter } from "../session/consoleWriters.ts";
import { t } from "../../protocol/l10n.ts";

type Addresses = Pick<LaunchConfiguration, "syslog" | "metrics">;

/** What a boot receives over the network while it runs. */
export interface BootReceivers {
  /** Open the receivers, as writers that close them at the end of the run. Reject with an Error for the user. */
  readonly openers: readonly (() => Promise<ConsoleWriter>)[];
  /** Sets where the received messages are written, in addition to `print`. */
  readonly writeTo: (writers: readonly ConsoleWriter[]) => void;
}

/**
 * The receivers that a launch configuration requests for a run. Messages become lines of the console, on the stream
 * `stderr`, because a line of the guest may be unfinished on the other one.
 */
export function bootReceivers(
  { syslog, metrics }: Addresses,
  run: string,
  print: (line: string) => void,
  loadMetrics: () => Promise<MetricsStore>,
): BootReceivers {
  let writers: readonly ConsoleWriter[] = [];
  const onLines = (lines: string) => {
    const bytes = Buffer.from(lines);
    for (const writer of writers) writer.stderr(bytes);
    print(lines.trimEnd());
  };
  const openers = [
    ...(syslog ? [() => opened(syslog, () => openSyslogReceiver(syslog, { onLines }))] : []),
    ...(metrics
      ? [
          async () => {
            const store = await loadMetrics();
            store.clear(run);
            return opened(metrics, () =>
              openMetricsReceiver(metrics, {
                onLine: (line, peer) => store.add(run, line, Date.now(), peer),
              }),
            );
          },
        ]
      : []),
  ];
  return {
    openers,
    writeTo: (others) => {
      writers = others;
    },
  };
}

async function opened(address: ListenAddress, open: () => Promise<Receiver>): Promise<ConsoleWriter> {
  try {
    const { close } = await open();
    return { stdout: () => undefined, stderr: () => undefined, end: () => void close() };
  } catch (error) {
    throw new Error(listenProblem(error, address), { cause: error });
  }
}

/** Boot arguments that a unikernel needs to send to the receivers, and what prevents it from doing so. */
export interface ReceiverArguments {
  readonly bootArguments: readonly string[];
  /** Sentences for the user. */
  readonly notes: readonly string[];
}

/**
 * Adds the arguments with which the devices of mirage 4.9 and later send syslog messages (`--syslog`, `--syslog-port`,
 * `--syslog-truncate`) and metrics (`--monitor`), unless they are given. `config` is the text of config.ml: other unikernels
 * don't know these arguments and would not boot.
 */
export function receiverArguments(
  { syslog, metrics }: Addresses,
  given: readonly string[],
  config: string,
): ReceiverArguments {
  const isGiven = (flag: string) => given.some((word) => word === flag || word.startsWith(`${flag}=`));
  const code = config.replace(/\(\*[^]*?\*\)/g, "");
  const added: string[] = [];
  const notes: string[] = [];
  const add = (flag: string, value: string | number) => {
    if (!isGiven(flag)) added.push(`${flag}=${value}`);
  };
  if (syslog) {
    const { address, port, protocol } = syslog;
    const [, device] = /\bsyslog_(udp|tcp|tls)\b/.exec(code) ?? [];
    if (device === undefined && !isGiven("--syslog"))
      notes.push(
        t("Can't receive logs: config.ml has no syslog device. Add one with MirageOS: Add Syslog…."),
      );
    if (device !== undefined && device !== protocol)
      notes.push(t('config.ml has syslog_{0}, but "syslog.protocol" is "{1}".', device, protocol));
    if (device !== undefined && !isGiven("--syslog")) {
      add("--syslog", address);
      add("--syslog-port", port);
      // Without a limit, logs-syslog cuts every message to nothing over TCP.
      if (device !== "udp") add("--syslog-truncate", 65_535);
    }
  }
  if (metrics) {
    const hasDevice = /\bmonitoring\b/.test(code);
    if (hasDevice) add("--monitor", metrics.address);
    else if (!isGiven("--monitor"))
      notes.push(
        t("Can't receive metrics: config.ml has no monitoring. Add it with MirageOS: Add Monitoring…."),
      );
  }
  return { bootArguments: [...given, ...added], notes };
}
