/** Computes the share of a CPU core that processes used since the last call. */
export interface CpuMeter {
  /**
   * Returns percent of a core, from the CPU time of a process and the clock, both in milliseconds; `undefined` for the
   * first sample.
   */
  readonly percent: (pid: number, cpuMs: number, now: number) => number | undefined;
  /** Forgets all samples: after a pause, the share would be that of the whole pause. */
  readonly reset: () => void;
}

export function createCpuMeter(): CpuMeter {
  const samples = new Map<number, { readonly cpuMs: number; readonly at: number }>();
  return {
    percent: (pid, cpuMs, now) => {
      const last = samples.get(pid);
      samples.set(pid, { cpuMs, at: now });
      if (!last || now <= last.at) return undefined;
      // A child that has ended takes its time with it.
      return Math.max(0, (100 * (cpuMs - last.cpuMs)) / (now - last.at));
    },
    reset: () => samples.clear(),
  };
}
