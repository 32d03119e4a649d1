/**
 * Holds back what a server reports about files whose settings it cannot know yet: without them it reports a false error at
 * every name of a library.
 */
export interface HeldReports<T> {
  /** Reports about this file are held from now on. */
  readonly hold: (file: string) => void;
  /**
   * Reports about this file are no longer held. The last one is passed on, unless `isOutdated`: then the server has new
   * settings and reports again.
   */
  readonly release: (file: string, isOutdated: boolean) => void;
  /** Passes on the parts of a report that need no settings, and the others when the file is released. */
  readonly receive: (file: string, report: readonly T[], passOn: (report: T[]) => void) => void;
}

export function createHeldReports<T>(needsNoSettings: (part: T) => boolean): HeldReports<T> {
  const held = new Set<string>();
  const last = new Map<string, () => void>();
  return {
    hold: (file) => held.add(file),
    release: (file, isOutdated) => {
      held.delete(file);
      const passOn = last.get(file);
      last.delete(file);
      if (!isOutdated) passOn?.();
    },
    receive: (file, report, passOn) => {
      if (!held.has(file)) return passOn([...report]);
      last.set(file, () => passOn([...report]));
      passOn(report.filter(needsNoSettings));
    },
  };
}
