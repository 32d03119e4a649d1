import { either, flag, list, nothing, number, object, text, word, type Shaped } from "../kit/shape.ts";

/** The levels of Logs, and `other` for what no Logs reporter wrote: banners, exits, exceptions, plain lines. */
export const levelKeys = ["app", "error", "warning", "info", "debug", "other"] as const;
export type LevelKey = (typeof levelKeys)[number];
const levelKey = word(...levelKeys);

export const isFilter = object({
  /** Levels that are not shown. */
  hidden: list(levelKey),
  /** Only this log source; undefined for all. */
  source: either(text, nothing),
  /** Looked for in messages without regard to case; empty for all. */
  text,
  /** `text` is a JavaScript regular expression. */
  regex: flag,
});
export type Filter = Shaped<typeof isFilter>;

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

const isState = object({
  kind: word("state"),
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
  /** The last rows, so that a view of the end need not ask. */
  tail: isRows,
});
export type State = Shaped<typeof isState>;

/** From the extension. */
export const isToPanel = either(
  object({ kind: word("sessions"), sessions: list(isSession) }),
  isState,
  /** Goes to a row. */
  object({ kind: word("show"), ordinal: number }),
);
export type ToPanel = Shaped<typeof isToPanel>;

const isFrame = object({ label: text, place: text });

/** What a row shows when it is expanded; `whole` is the message where the row's was cut. */
export const isDetails = object({
  whole: either(text, nothing),
  lines: list(text),
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
});
export type Kept = Shaped<typeof isKept>;
export type TimeMode = Kept["time"];
