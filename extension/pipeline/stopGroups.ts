import type { Activity } from "../project/model.ts";

/** Activities that are stopped together: a running unikernel, or all jobs of one unikernel. */
export type StopGroup = readonly [Activity, ...Activity[]];

/**
 * Groups the activities that Stop can end: those of one unikernel, or all if `id` is undefined. Those of the selected
 * unikernel come first. More than one group means that the user has to choose.
 */
export function stopGroups(
  active: readonly Activity[],
  id: string | undefined,
  selected: string | undefined,
): readonly StopGroup[] {
  const groups: [Activity, ...Activity[]][] = [];
  for (const activity of active) {
    const unikernel = activity.request.unikernel.id;
    if (id !== undefined && unikernel !== id) continue;
    // The queued jobs of a unikernel would start as soon as the first one is cancelled.
    const jobs = groups.find(
      ([first]) => first.request.unikernel.id === unikernel && first.since === undefined,
    );
    if (jobs && activity.since === undefined) jobs.push(activity);
    else groups.push([activity]);
  }
  const rank = ([{ request }]: StopGroup) => (request.unikernel.id === selected ? 0 : 1);
  return groups.toSorted((left, right) => rank(left) - rank(right));
}
