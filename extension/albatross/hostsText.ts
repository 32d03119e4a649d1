import { shellArguments } from "../platform/shellQuote.ts";
import { describeHostProblem } from "./client/hostError.ts";
import { argumentsOf } from "./deployment.ts";
import type { InvalidHost } from "./hostDescriptions.ts";
import type { AlbatrossHost, RecognizedBuild } from "./hostModel.ts";
import { policyUse, type Meter } from "./policyUse.ts";
import { formatName, formatPath } from "./wire/names.ts";

/** Describes the hosts and what they run for a language model, as Markdown. The text is English. */
export function hostsText(
  hosts: readonly (AlbatrossHost | InvalidHost)[],
  recognize: (digest: Uint8Array) => RecognizedBuild | undefined,
): string {
  if (hosts.length === 0) return "There is no host. The user can add one with MirageOS: Add Host….";
  return hosts
    .map((host) =>
      "kind" in host ? `## ${host.name}\n- Invalid: ${host.reason}` : hostText(host, recognize),
    )
    .join("\n\n");
}

function hostText(
  { description, state }: AlbatrossHost,
  recognize: (digest: Uint8Array) => RecognizedBuild | undefined,
): string {
  const { overview, problem, unconfirmed = false } = state;
  const where = description.kind === "local" ? "this computer" : `${description.address}:${description.port}`;
  const lines = [`## ${description.name} (${where})`];
  if (unconfirmed) lines.push("- Not connected: the user must connect to it in the Hosts view first.");
  if (problem) lines.push(`- Not available: ${describeHostProblem(problem)}`);
  for (const { name, info } of overview?.unikernels ?? []) {
    const build = recognize(info.digest);
    const started = info.started === undefined ? "" : `, started ${new Date(info.started).toISOString()}`;
    const image = build
      ? `built ${new Date(build.builtAt).toISOString()} from ${build.unikernel} (${build.freshness})`
      : "not built in this workspace";
    lines.push(
      `- ${formatName(name)}: ${info.memory} MB, CPUs ${info.cpuids.join(", ")}${started}, arguments ${shellArguments(argumentsOf(info)) || "(none)"}, image ${image}`,
    );
  }
  for (const { name, size, active } of overview?.blocks ?? [])
    lines.push(`- Block device ${formatName(name)}: ${size} MB, ${active ? "in use" : "free"}`);
  for (const policy of overview?.policies ?? []) {
    const { memory, unikernels, bridges } = policyUse(policy, overview ?? nothing);
    lines.push(
      `- Policy of ${formatPath(policy.path)}: unikernels ${ofLimit(unikernels)}, memory ${ofLimit(memory)} MB, bridges ${bridges.join(", ") || "(none)"}`,
    );
  }
  return lines.join("\n");
}

const nothing = { unikernels: [], blocks: [], policies: [] };

const ofLimit = ({ used, limit }: Meter): string =>
  limit === undefined ? `${used} (no limit)` : `${used} of ${limit}`;
