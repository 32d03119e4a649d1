import { either, flag, list, nothing, number, object, text, word, type Shaped } from "../kit/shape.ts";

/** The levels of Logs, and `other` for what no Logs reporter wrote: banners, exits, exceptions, plain lines. */
export const levelKeys = ["app", "error", "warning", "info", "debug", "other"] as const;
export type LevelKey = (typeof levelKeys)[number];
const levelKey = word(...levelKeys);

export const isFilter = object({
  /** Levels that are not shown. */
  hidden: list(levelKey),
  /** Only these log sources; undefined for all but `hiddenSources`. */
  sources: either(list(text), nothing),
  hiddenSources: list(text),
  /** Looked for in messages without regard to case; empty for all. */
  text,
  /** `text` is a JavaScript regular expression. */
  regex: flag,
});
export type Filter = Shaped<typeof isFilter>;

/** A filter that all records pass. */
export const openFilter: Filter = {
  hidden: [],
  sources: undefined,
  hiddenSources: [],
  text: "",
  regex: false,
};

/** Places in a text that the filter looks for: where each begins and ends, one after the other. */
const isHits = list(number);

/** Records of a session before `seq` are hidden. */
const isClearing = object({ session: text, seq: number });
export type Clearing = Shaped<typeof isClearing>;

const isSession = object({
  id: text,
  name: text,
  target: text,
  /** Milliseconds since the epoch. */
  startedAt: number,
  outcome: word("running", "ok", "failed", "stopped"),
  /** How it ended, in words; empty while it runs. */
  words: text,
});
export type SessionView = Shaped<typeof isSession>;

export const isRow = object({
  seq: number,
  /** Milliseconds since the epoch: what the record says itself, else when it came. */
  time: number,
  /** Milliseconds since the session began. */
  sinceStart: number,
  /** Milliseconds since the row above; undefined in the first row. */
  sinceRow: either(number, nothing),
  kind: word("log", "boot", "exit", "abort", "trap", "exception", "tender", "usage", "plain"),
  stream: word("stdout", "stderr"),
  level: levelKey,
  source: either(text, nothing),
  /** The first line, cut when it is very long. */
  message: text,
  /** How many of its letters are tags and header. */
  lead: number,
  hits: isHits,
  cut: flag,
  /** How many lines and frames a click shows. */
  more: number,
});
export type Row = Shaped<typeof isRow>;

/**
 * Rows have ordinals: their place among all records that ever passed the filter. `generation` tells
 * ordinals of one filter from those of another.
 */
export const isRows = object({ generation: number, from: number, rows: list(isRow) });
export type Rows = Shaped<typeof isRows>;

/** Why a session failed and what helps; the actions are asked for by their index. */
const isCrash = object({
  /** How it ended. */
  words: text,
  text,
  next: either(text, nothing),
  /** The record that tells it. */
  seq: either(number, nothing),
  actions: list(text),
});
export type CrashView = Shaped<typeof isCrash>;

/** Where a page that has asked is to be, with the rows there: else it would draw them blank first. */
const isPlace = object({
  /** The row at or after the record that was near. */
  near: either(number, nothing),
  /** The row that the keyboard was on, where it passes the filter. */
  active: either(number, nothing),
  rows: isRows,
});

const isState = object({
  kind: word("state"),
  /** The newest first; absent where they are as they were told before. */
  sessions: either(list(isSession), nothing),
  generation: number,
  session: either(text, nothing),
  /** The rows that are there: from `first` to before `end`. */
  first: number,
  end: number,
  /** Records of the session, shown or not. */
  total: number,
  /** How many records have each level, in the order of `levelKeys`. */
  levels: list(number),
  sources: list(object({ name: text, count: number })),
  /** Paused; `waiting` records have come since. */
  paused: flag,
  waiting: number,
  /** Why the filter finds nothing, where it cannot be used. */
  fault: either(text, nothing),
  /** The session's records before this one are hidden. */
  cleared: number,
  crash: either(isCrash, nothing),
  /** The last rows, so that a view of the end need not ask. */
  tail: isRows,
  /** The session is being read from its file; there are no rows yet. */
  loading: flag,
  /** Of a state that answers `look`. */
  place: either(isPlace, nothing),
});
export type State = Shaped<typeof isState>;

/** From the extension. */
export const isToPanel = either(
  isState,
  /** Goes to a record; `hidden` when the filter must be opened for it. */
  object({ kind: word("show"), session: text, seq: number, hidden: flag }),
);
export type ToPanel = Shaped<typeof isToPanel>;

/** `why` is the reason why the place cannot be opened. */
const isFrame = object({ label: text, place: text, why: either(text, nothing) });

/** What a row shows when it is expanded; `whole` is the message where the row's was cut. */
export const isDetails = object({
  whole: either(text, nothing),
  wholeHits: isHits,
  lines: list(text),
  /** In the lines with line ends between. */
  lineHits: isHits,
  /** Lines that were left out. */
  omitted: number,
  frames: list(isFrame),
  /** The record is of a Logs reporter, so there may be a call site. */
  callSite: flag,
});
export type Details = Shaped<typeof isDetails>;

/** From the panel. */
export const isFromPanel = either(
  /**
   * What to show: a session (undefined: the newest) through a filter. Answered, after the state with
   * all its rows, with the ordinal of the first row at or after the record `near`.
   */
  object({
    kind: word("look"),
    session: either(text, nothing),
    filter: isFilter,
    near: either(number, nothing),
    /** The record that the keyboard is on. */
    active: either(number, nothing),
    cleared: list(isClearing),
  }),
  /** Answered with `Rows`. */
  object({ kind: word("rows"), generation: number, from: number, count: number }),
  /** Answered with `Details`. */
  object({ kind: word("details"), seq: number }),
  object({ kind: word("pause"), on: flag }),
  object({ kind: word("clear") }),
  /** These are answered with words for the user. Rows from `from` to before `to`. */
  object({ kind: word("copy"), generation: number, from: number, to: number }),
  object({ kind: word("save", "raw") }),
  /** One of the actions of the crash that is shown. */
  object({ kind: word("crash"), index: number }),
  object({ kind: word("frame"), seq: number, index: number }),
  object({ kind: word("callSite"), seq: number }),
);
export type FromPanel = Shaped<typeof isFromPanel>;

/** What the panel keeps for its next page. */
export const isKept = object({
  session: either(text, nothing),
  filter: isFilter,
  follow: flag,
  wrap: flag,
  time: word("clock", "start", "row"),
  /** The record at the top, and the one that the keyboard is on. */
  top: either(number, nothing),
  active: either(number, nothing),
  cleared: list(isClearing),
});
export type Kept = Shaped<typeof isKept>;
export type TimeMode = Kept["time"];
