import { isKept, openFilter, type Kept, type State } from "./messages.ts";

/** What of the page outlives it: it is thrown away when the panel is hidden, and comes back as it was left. */
export interface Keeping {
  readonly now: () => Kept;
  /** The same, with the record that is at the top at this moment. */
  readonly here: () => Kept;
  readonly change: (change: Partial<Kept>) => void;
  /** The user has moved: the record that is at the top now is kept, once its row has come. */
  readonly moved: () => void;
  /** Writes it down soon. */
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
  // Another filter alone moves nobody: without it one is where one was, as far as rows may have gone between.
  let moved = false;

  const place = (): void => {
    const top = moved ? topSeq() : undefined;
    if (top === undefined) return;
    kept = { ...kept, top };
    moved = false;
  };
  const soon = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      place();
      host.keep(kept);
    }, keepMs);
  };
  const change = (next: Partial<Kept>): void => {
    kept = { ...kept, ...next };
    if ("top" in next) moved = false;
    soon();
  };

  return {
    now: () => kept,
    here: () => {
      place();
      return kept;
    },
    change,
    moved: () => {
      moved = true;
      soon();
    },
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
