import { bootDetail, bootText } from "../project/bootText.ts";
import { sizeText } from "../protocol/sizeText.ts";
import { spanText } from "../protocol/spanText.ts";
import { t } from "../protocol/l10n.ts";
import type { RunningUnikernel } from "./model.ts";

/** What a running unikernel uses now. Undefined is what is not known. */
export interface CurrentUsage {
  /** Percent of a core. */
  readonly cpu: number | undefined;
  /** Bytes. */
  readonly memory: number | undefined;
}

/** A row of the view, and the rows below it. */
export interface RunRow {
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly details: readonly RunDetail[];
}

export interface RunDetail {
  readonly kind: "address" | "device" | "boot" | "metric";
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** The key of the metric of the row. */
  readonly metric?: string;
}

/** Describes a running unikernel. `now` is in milliseconds. `metrics` are the rows of what it sends about itself. */
export function runRow(
  run: RunningUnikernel,
  { cpu, memory }: CurrentUsage,
  now: number,
  metrics: readonly RunDetail[] = [],
): RunRow {
  const { name, target, startedAt, devices, addresses, boot, isElsewhere, pid } = run;
  const parts = [
    target,
    uptimeText(now - startedAt),
    cpu === undefined ? "" : t("{0} % CPU", percentText(cpu)),
    memory === undefined ? "" : sizeText(memory),
    isElsewhere ? t("in another window") : "",
  ].filter(Boolean);
  const booted = boot ? bootText(boot) : "";
  const details: RunDetail[] = [
    ...addresses.map((address) => detail("address", address, t("address"))),
    ...devices.map((device) => detail("device", device, t("device"))),
    ...(boot ? [{ ...detail("boot", booted, ""), tooltip: bootDetail(target, boot, addresses) }] : []),
    ...metrics,
  ];
  const tooltip = [
    t("{0} on {1}", name, target),
    t("Started at {0}", new Date(startedAt).toLocaleTimeString()),
    pid === undefined ? "" : t("Process {0}", String(pid)),
    memory === undefined ? "" : t("Memory: {0}", sizeText(memory)),
    addresses.length === 0 ? "" : t("Addresses: {0}", addresses.join(", ")),
    devices.length === 0 ? "" : t("Devices: {0}", devices.join(", ")),
    isElsewhere ? t("It runs in another window. Stop it there.") : "",
    booted,
  ];
  return {
    label: name,
    description: parts.join(" · "),
    tooltip: tooltip.filter(Boolean).join("\n"),
    details,
  };
}

const detail = (kind: RunDetail["kind"], label: string, description: string): RunDetail => ({
  kind,
  label,
  description,
  tooltip: label,
});

/** Counts seconds, then whole minutes. */
function uptimeText(milliseconds: number): string {
  const unit = milliseconds < 60_000 ? 1000 : 60_000;
  return spanText(Math.max(0, Math.floor(milliseconds / unit) * unit));
}

function percentText(percent: number): string {
  return percent < 9.95 ? percent.toFixed(1) : String(Math.round(percent));
}
