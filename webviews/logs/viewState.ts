import {
  isLogsPageState,
  emptyFilter,
  type LogsPageState,
  type LogsState,
} from "../../extension/protocol/logs.ts";

/** The state of the page, which it stores for the next page: VS Code discards the page of a hidden panel. */
export interface LogsViewState {
  readonly current: () => LogsPageState;
  /** The current state, with the record that is at the top now. */
  readonly withTopRecord: () => LogsPageState;
  readonly update: (change: Partial<LogsPageState>) => void;
  /** The user scrolled: stores the record at the top once its row is known. */
  readonly topRowChanged: () => void;
  /** Stores the state in the next frame, so that changes in one frame are stored once. */
  readonly saveSoon: () => void;
  /** Stores up to which record a session is cleared. */
  readonly rememberCleared: (state: LogsState) => void;
}

const maxClearedSessions = 20;

const initial: LogsPageState = {
  session: undefined,
  filter: emptyFilter,
  follow: true,
  wrap: false,
  time: "clock",
  top: undefined,
  active: undefined,
  cleared: [],
};

/** `topSeq` returns the number of the record in the first visible row, or undefined if it is not known. */
export function createLogsViewState(
  host: { readonly savedState: () => unknown; readonly saveState: (state: unknown) => void },
  topSeq: () => number | undefined,
): LogsViewState {
  const before = host.savedState();
  let state: LogsPageState = isLogsPageState(before) ? before : initial;
  let frame = 0;
  // A change of the filter alone does not move the position: removing the filter returns to the same record.
  let moved = false;

  const storeTop = (): void => {
    const top = moved ? topSeq() : undefined;
    if (top === undefined) return;
    state = { ...state, top };
    moved = false;
  };
  const saveSoon = (): void => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      storeTop();
      host.saveState(state);
    });
  };
  const update = (next: Partial<LogsPageState>): void => {
    state = { ...state, ...next };
    if ("top" in next) moved = false;
    saveSoon();
  };

  return {
    current: () => state,
    withTopRecord: () => {
      storeTop();
      return state;
    },
    update,
    topRowChanged: () => {
      moved = true;
      saveSoon();
    },
    saveSoon,
    rememberCleared: ({ session, cleared }) => {
      if (session === undefined) return;
      const now = state.cleared.find((each) => each.session === session)?.seq ?? 0;
      if (now === cleared) return;
      const others = state.cleared.filter((each) => each.session !== session).slice(-maxClearedSessions);
      update({ cleared: cleared === 0 ? others : [...others, { session, seq: cleared }] });
    },
  };
}
