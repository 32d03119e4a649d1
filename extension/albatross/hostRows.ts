import { t } from "../protocol/l10n.ts";
import { shellArguments } from "../platform/shellQuote.ts";
import type { HostBlock, HostOverview, HostUnikernel } from "./client/hostClient.ts";
import { describeHostProblem, type HostProblem } from "./client/hostError.ts";
import { argumentsOf } from "./deployment.ts";
import type { InvalidHost } from "./hostDescriptions.ts";
import type { AlbatrossHost, HostRow, RecognizedBuild } from "./hostModel.ts";
import { policyUse, type Meter } from "./policyUse.ts";
import { networkText, usageText, type Usage } from "./usage.ts";
import { formatName, formatPath } from "./wire/names.ts";

/** What the rows show beyond the replies of the hosts. */
export interface RowContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly recognize: (digest: Uint8Array) => RecognizedBuild | undefined;
  /** How often a unikernel was seen to start again, by host and name. */
  readonly restarts: (host: string, name: string) => number;
  readonly isFollowed: (host: string, name: string) => boolean;
  readonly deploysAfterBuild: (host: string, name: string) => boolean;
  /** What a unikernel uses, if its row is expanded and the host has measured it. */
  readonly usage: (host: string, name: string) => Usage | undefined;
}

/** The row of a host of the setting that cannot be used. */
export const invalidHostRow = ({ name, reason }: InvalidHost): HostRow => ({
  id: name,
  label: name,
  description: reason,
  tooltip: reason,
  icon: "error",
  isError: true,
  context: "host.invalid",
  host: name,
  command: "mirageos.hostSettings",
  children: [],
});

/** The row of a host, with all rows below it. */
export function hostRow({ description, state }: AlbatrossHost, context: RowContext): HostRow {
  const { name } = description;
  const { overview, problem, unconfirmed = false } = state;
  const children: HostRow[] = [];
  if (unconfirmed)
    children.push({
      ...leaf(name, "connect", t("Connect"), t("added by this workspace's settings")),
      icon: "plug",
      command: "mirageos.hostConnect",
    });
  if (problem) {
    const text = describeHostProblem(problem);
    const needsPassphrase = problem.kind === "passphraseNeeded";
    children.push({
      ...leaf(name, "problem", text),
      tooltip: needsPassphrase ? text : t("{0}\nClick to try again.", text),
      icon: needsPassphrase ? "key" : "error",
      isError: true,
      command: needsPassphrase ? "mirageos.hostPassphrase" : "mirageos.hostsRefresh",
    });
  }
  if (overview) children.push(...overviewRows(name, overview, context));
  // Without a row, VS Code would show the host collapsed when it has answered.
  if (children.length === 0) children.push({ ...leaf(name, "connecting", t("Connecting…")), icon: "sync" });
  const count = overview?.unikernels.length ?? 0;
  const where =
    description.kind === "local" ? t("this computer") : `${description.address}:${description.port}`;
  return {
    id: name,
    label: name,
    description: problem
      ? withProblem(where, problem)
      : overview
        ? t("{0} · {1} running", where, count)
        : where,
    tooltip: description.kind === "local" ? description.folder : where,
    icon: problem ? "warning" : description.kind === "local" ? "vm" : "server",
    context:
      description.kind === "remote"
        ? "host.remote"
        : description.isAutomatic === true
          ? "host.local"
          : "host.local.listed",
    host: name,
    children,
    isExpanded: true,
  };
}

/** What a collapsed host says of its problem. */
function withProblem(where: string, problem: HostProblem): string {
  if (problem.kind !== "passphraseNeeded") return t("{0} · not available", where);
  return problem.isWrong ? t("{0} · wrong passphrase", where) : t("{0} · needs a passphrase", where);
}

const leaf = (host: string, id: string, label: string, description?: string): HostRow => ({
  id: `${host}\0${id}`,
  label,
  description,
  // The view is narrow, so the end of a row is often cut off.
  tooltip: description === undefined ? label : `${label} · ${description}`,
  context: "detail",
  host,
  children: [],
});

/** The paths of a host that hold something, each with what is in it. The contents of a sole path are not nested. */
function overviewRows(host: string, overview: HostOverview, context: RowContext): readonly HostRow[] {
  const { unikernels, blocks, policies } = overview;
  const running = Map.groupBy(unikernels, ({ name }) => formatPath(name.path));
  const devices = Map.groupBy(blocks, ({ name }) => formatPath(name.path));
  const limits = Map.groupBy(policies, ({ path }) => formatPath(path));
  const paths = new Set([...running.keys(), ...devices.keys(), ...limits.keys()]);
  return [...paths].toSorted().map((path) => {
    // The daemon lists them in any order.
    const here = (running.get(path) ?? []).toSorted((a, b) => (a.name.label < b.name.label ? -1 : 1));
    return {
      ...leaf(
        host,
        `path ${path}`,
        path === ":" ? t("Root") : path.slice(0, -1),
        t("{0} running", here.length),
      ),
      icon: "folder",
      context: "path",
      children: [
        ...here.map((each) => unikernelRow(host, each, context)),
        ...(devices.get(path) ?? []).map((block) => blockRow(host, block)),
        ...(limits.get(path) ?? []).map((policy) => policyRow(host, path, policyUse(policy, overview))),
      ],
      isExpanded: true,
    };
  });
}

function unikernelRow(host: string, { name, info }: HostUnikernel, context: RowContext): HostRow {
  const id = `unikernel ${formatName(name)}`;
  const build = context.recognize(info.digest);
  const restarts = context.restarts(host, formatName(name));
  const deploysAfterBuild = context.deploysAfterBuild(host, formatName(name));
  const { started, failBehaviour, blocks = [], bridges = [] } = info;
  const parts = [
    t("{0} MB", info.memory),
    ...(started === undefined ? [] : [t("up {0}", duration(context.now - started))]),
    ...(build ? [buildText(build)] : []),
    ...(restarts > 0 ? [t("restarted {0}×", restarts)] : []),
    ...(deploysAfterBuild ? [t("deployed after each build")] : []),
  ];
  const detail = (key: string, label: string, description: string, icon?: string): HostRow => ({
    ...leaf(host, `${id} ${key}`, label, description),
    tooltip: description,
    icon,
  });
  const usage = context.usage(host, formatName(name));
  const networkOf = (device: string): string => {
    const used = usage?.networks.find((each) => each.device === device);
    return used ? ` · ${networkText(used)}` : "";
  };
  const digest = Buffer.from(info.digest).toString("hex");
  return {
    ...leaf(host, id, name.label, parts.join(" · ")),
    name,
    icon: "vm-running",
    context: [
      "unikernel",
      ...(context.isFollowed(host, formatName(name)) ? ["followed"] : []),
      ...(build ? ["built"] : []),
      ...(build && build.freshness !== "current" ? ["outdated"] : []),
      ...(deploysAfterBuild ? ["afterBuild"] : []),
    ].join("."),
    children: [
      ...(usage ? [detail("usage", t("Usage"), usageText(usage), "pulse")] : []),
      detail("cpus", t("CPUs"), info.cpuids.join(", "), "circuit-board"),
      detail("arguments", t("Arguments"), shellArguments(argumentsOf(info)) || t("none"), "symbol-parameter"),
      ...bridges.map(({ device, hostDevice, mac }) =>
        detail(`net ${device}`, device, `${hostDevice} · ${macText(mac)}${networkOf(device)}`, "plug"),
      ),
      ...blocks.map(({ device, hostDevice, size }) =>
        detail(`block ${device}`, device, `${hostDevice} · ${t("{0} MB", size)}`, "database"),
      ),
      detail(
        "restart",
        t("When it ends"),
        failBehaviour.kind === "quit"
          ? t("nothing")
          : failBehaviour.value.length === 0
            ? t("it is restarted")
            : t("it is restarted on exit code {0}", failBehaviour.value.join(", ")),
        "debug-restart",
      ),
      detail("image", t("Image"), build ? `${buildText(build)} · ${digest}` : digest, "file-binary"),
    ],
  };
}

/** Such as "build of 12:03, sources changed since". The date is shown unless it is today's. */
export function buildText({ builtAt, freshness }: RecognizedBuild): string {
  const date = new Date(builtAt);
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const isToday = date.toDateString() === new Date().toDateString();
  const when = isToday ? time : `${date.toLocaleDateString()} ${time}`;
  switch (freshness) {
    case "current":
      return t("build of {0}", when);
    case "newerBuild":
      return t("build of {0}, rebuilt since", when);
    case "sourcesChanged":
      return t("build of {0}, source changed since", when);
  }
}

function blockRow(host: string, { name, size, active }: HostBlock): HostRow {
  return {
    ...leaf(
      host,
      `block ${formatName(name)}`,
      name.label,
      `${t("{0} MB", size)} · ${active ? t("in use") : t("free")}`,
    ),
    name,
    icon: "database",
    context: active ? "block.active" : "block.free",
  };
}

function policyRow(host: string, path: string, use: ReturnType<typeof policyUse>): HostRow {
  const id = `policy ${path}`;
  const meter = (key: string, label: string, value: Meter, unit: string): HostRow => ({
    ...leaf(host, `${id} ${key}`, label, meterText(value, unit)),
    icon: "dashboard",
  });
  return {
    ...leaf(host, id, t("Policy"), meterText(use.memory, t("MB"))),
    tooltip: t("memory {0}", meterText(use.memory, t("MB"))),
    icon: "law",
    context: "policy",
    children: [
      meter("unikernels", t("Unikernels"), use.unikernels, ""),
      meter("memory", t("Memory"), use.memory, t("MB")),
      meter("blocks", t("Block Devices"), use.blocks, t("MB")),
      {
        ...leaf(host, `${id} cpus`, t("CPUs"), use.cpus.join(", ") || t("none")),
        icon: "circuit-board",
      },
      { ...leaf(host, `${id} bridges`, t("Bridges"), use.bridges.join(", ") || t("none")), icon: "plug" },
    ],
  };
}

const meterSteps = 8;

/** Such as `▰▰▱▱▱▱▱▱ 64 of 256 MB`. */
export function meterText({ used, limit }: Meter, unit: string): string {
  const withUnit = unit === "" ? "" : ` ${unit}`;
  if (limit === undefined) return t("{0}{1}, no limit", String(used), withUnit);
  const part =
    limit === 0n ? (used > 0n ? meterSteps : 0) : Number((used * BigInt(meterSteps) + limit - 1n) / limit);
  const filled = Math.min(meterSteps, part);
  return t(
    "{0} {1} of {2}{3}",
    "▰".repeat(filled) + "▱".repeat(meterSteps - filled),
    String(used),
    String(limit),
    withUnit,
  );
}

const macText = (mac: Uint8Array): string =>
  [...mac].map((byte) => byte.toString(16).padStart(2, "0")).join(":");

/** Such as `3 min`: the largest unit only, since rows are refreshed while they are visible. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return t("{0} s", seconds);
  if (seconds < 3600) return t("{0} min", Math.floor(seconds / 60));
  if (seconds < 86_400) return t("{0} h", Math.floor(seconds / 3600));
  return t("{0} d", Math.floor(seconds / 86_400));
}
