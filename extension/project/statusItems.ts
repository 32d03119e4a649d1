import { labelOf, type Activity, type Unikernel } from "./model.ts";
import { countText, describeActivity, displayedActivity } from "./describeState.ts";
import { t } from "../protocol/l10n.ts";

/** What the status bar shows: the text of each item, or undefined if the item is hidden. */
export interface StatusItems {
  readonly unikernel: string;
  readonly target: string | undefined;
  readonly build: string | undefined;
  readonly run: string | undefined;
  readonly stop: string | undefined;
  /** The id of the unikernel that Stop ends; undefined if Stop has to ask, or stops the only activity. */
  readonly stops: string | undefined;
}

/**
 * The status bar for the selected unikernel, if there is one, and all activities. `failure` says which step of the
 * selected one failed last, as the tree does. While the selected one is active, Stop
 * replaces Run; if only others are, both are there.
 */
export function statusItems(
  selected: (Pick<Unikernel, "id" | "name" | "label"> & { readonly target: string }) | undefined,
  active: readonly Activity[],
  isTrusted: boolean,
  failure?: string,
): StatusItems {
  const own = selected && displayedActivity(active, selected.id);
  const other = own ? undefined : active.at(-1);
  const name = selected ? labelOf(selected) : t("Select Unikernel");
  const rest = failure === undefined ? `$(package) ${name}` : `$(error) ${name}: ${failure}`;
  const shield = isTrusted ? "" : " $(shield)";
  return {
    unikernel: own
      ? `${iconOf(own)} ${name}: ${activityText(own, selected.target)}${shield}`
      : other
        ? `${rest} · ${iconOf(other)} ${labelOf(other.request.unikernel)}: ${activityText(other)}${shield}`
        : `${rest}${shield}`,
    target: selected && `$(server-environment) ${selected.target}`,
    build: selected && isTrusted ? `$(tools) ${t("Build")}` : undefined,
    run: selected && isTrusted && !own ? `$(play) ${t("Run")}` : undefined,
    stop: active.length > 0 ? `$(debug-stop) ${t("Stop")}` : undefined,
    stops: own && selected?.id,
  };
}

/** A running unikernel gets an icon that stands still: it may run for days. */
function iconOf({ prompting, since }: Activity): string {
  if (prompting) return "$(question)";
  return since === undefined ? "$(sync~spin)" : "$(vm-running)";
}

/** Names the target of a running unikernel if it is not the selected one: a launch configuration can set another. */
function activityText(activity: Activity, selectedTarget?: string): string {
  const { target } = activity.request;
  if (activity.since !== undefined && selectedTarget !== undefined && target !== selectedTarget)
    return t("running on {0}", target);
  const { done, total } = activity.progress ?? {};
  const counts =
    done === undefined
      ? ""
      : total
        ? ` ${Math.floor((100 * done) / total)}%`
        : ` (${countText(activity.step, done)})`;
  return `${describeActivity(activity)}${counts}`;
}
