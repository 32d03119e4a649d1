import { isKept, openFilter, type Kept, type State } from "./messages.ts";

/** What of the page outlives it: it is thrown away when the panel is hidden, and comes back as it was left. */
export interface Keeping {
  readonly now: () => Kept;
  readonly change: (change: Partial<Kept>) => void;
  /** Writes it down soon, with the record at the top. */
  readonly soon: () => void;
  /** Sessions stay cleared. */
  readonly clearing: (state: State) => void;
}

const keepMs = 200;
const clearingsKept = 20;

const fresh: Kept = {
  session: undefined,
  filter: openFilter,
  follow: true,
  wrap: false,
  time: "clock",
  top: undefined,
  active: undefined,
  cleared: [],
};

/** `topSeq` is the number of the record in the first row that is seen, where it is known. */
export function createKeeping(
  host: { readonly kept: () => unknown; readonly keep: (state: unknown) => void },
  topSeq: () => number | undefined,
): Keeping {
  const before = host.kept();
  let kept: Kept = isKept(before) ? before : fresh;
  let timer = 0;

  const soon = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      kept = { ...kept, top: topSeq() ?? kept.top };
      host.keep(kept);
    }, keepMs);
  };
  const change = (next: Partial<Kept>): void => {
    kept = { ...kept, ...next };
    soon();
  };

  return {
    now: () => kept,
    change,
    soon,
    clearing: ({ session, cleared }) => {
      if (session === undefined) return;
      const now = kept.cleared.find((each) => each.session === session)?.seq ?? 0;
      if (now === cleared) return;
      const others = kept.cleared.filter((each) => each.session !== session).slice(-clearingsKept);
      change({ cleared: cleared === 0 ? others : [...others, { session, seq: cleared }] });
    },
  };
}
