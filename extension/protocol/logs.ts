import {
  union,
  boolean,
  array,
  absent,
  number,
  object,
  string,
  literal,
  type Validated,
} from "./validators.ts";

/** The levels of Logs, and `other` for records that no Logs reporter wrote: banners, exits, exceptions, plain lines. */
export const levelKeys = ["app", "error", "warning", "info", "debug", "other"] as const;
export type LevelKey = (typeof levelKeys)[number];
const levelKey = literal(...levelKeys);

const isFilter = object({
  /** Levels that are not shown. */
  hidden: array(levelKey),
  /** Only these log sources; `undefined` for all except `hiddenSources`. */
  sources: union(array(string), absent),
  hiddenSources: array(string),
  text: string,
  /** `text` is a JavaScript regular expression. */
  regex: boolean,
});
export type RecordFilter = Validated<typeof isFilter>;

/** The filter that all records pass. */
export const emptyFilter: RecordFilter = {
  hidden: [],
  sources: undefined,
  hiddenSources: [],
  text: "",
  regex: false,
};

/** Matches of the filter in a text: the start and end offset of each, in one list. */
const isHits = array(number);

/** A session whose records before `seq` are hidden. */
const isClearedSession = object({ session: string, seq: number });
export type ClearedSession = Validated<typeof isClearedSession>;

const isSession = object({
  id: string,
  name: string,
  target: string,
  /** Milliseconds since the epoch. */
  startedAt: number,
  endedAt: union(number, absent),
  outcome: literal("running", "ok", "failed", "stopped"),
  /** How it ended, as a phrase; empty while it runs. */
  outcomeText: string,
  /** The boot was refused, so that nothing ran. */
  refused: boolean,
  /** How long the boot took, as a phrase, and the same in detail; both empty if it is not known. */
  bootText: string,
  bootDetail: string,
});
export type SessionView = Validated<typeof isSession>;

const isLogRow = object({
  seq: number,
  /** Milliseconds since the epoch: the time that the record states, or when it arrived. Usually whole seconds. */
  time: number,
  /** Milliseconds since the session began. */
  sinceStart: number,
  /** Milliseconds since the row above; `undefined` in the first row. */
  sinceRow: union(number, absent),
  kind: literal("log", "boot", "exit", "abort", "trap", "exception", "tender", "usage", "plain"),
  stream: literal("stdout", "stderr"),
  level: levelKey,
  source: union(string, absent),
  /** The first line, truncated if it is very long. */
  message: string,
  /** How many characters at its start are tags and header. */
  prefixLength: number,
  hits: isHits,
  isTruncated: boolean,
  /** How many lines and frames the row shows when it is expanded. */
  moreCount: number,
});
export type LogRow = Validated<typeof isLogRow>;

/**
 * Consecutive rows. A row's ordinal is its position among all records that ever passed the filter; ordinals
 * are only valid within one `generation`, which changes with the filter and the session.
 */
export const isLogRows = object({ generation: number, from: number, rows: array(isLogRow) });
export type LogRows = Validated<typeof isLogRows>;

/** Why a session failed and what to do. The labels of the buttons are in `actions`; the page sends their index. */
const isCrash = object({
  /** A `notice` is about a session that has not failed but makes no progress. */
  tone: literal("failure", "notice"),
  /** How the session ended, as a phrase. */
  outcomeText: string,
  text: string,
  next: union(string, absent),
  /** The record that shows the failure. */
  seq: union(number, absent),
  actions: array(string),
});
export type CrashView = Validated<typeof isCrash>;

/** What a unikernel says about its network: its IPv4 address, and the pages that it serves while it runs. */
const isEndpoint = object({ address: union(string, absent), urls: array(string) });
export type EndpointView = Validated<typeof isEndpoint>;

/** Where the page scrolls to after a selection, with the rows there, so that none is drawn blank first. */
const isScrollTarget = object({
  /** The ordinal of the row at or after the requested record. */
  near: union(number, absent),
  /** The ordinal of the row that has the keyboard focus, if it passes the filter. */
  active: union(number, absent),
  rows: isLogRows,
});

const isLogsState = object({
  kind: literal("state"),
  /** The sessions, newest first; absent if they have not changed. */
  sessions: union(array(isSession), absent),
  /** The time on the extension's computer, in milliseconds since the epoch. */
  now: number,
  generation: number,
  session: union(string, absent),
  /** The ordinals of the available rows: from `first` to before `end`. */
  first: number,
  end: number,
  /** The number of records of the session, shown or not. */
  total: number,
  /** The number of records by level, in the order of `levelKeys`. */
  levels: array(number),
  sources: array(object({ name: string, count: number })),
  /** While paused, `waiting` records have arrived. */
  paused: boolean,
  waiting: number,
  /** Why the filter cannot be used. */
  filterError: union(string, absent),
  /** Records of the session before this number are hidden. */
  cleared: number,
  crash: union(isCrash, absent),
  endpoint: union(isEndpoint, absent),
  /** The last rows, so that a page at the end does not have to request them. */
  tail: isLogRows,
  /** The session is being loaded from its file; there are no rows yet. */
  loading: boolean,
  /** Only in the state that follows `select`. */
  scrollTarget: union(isScrollTarget, absent),
});
export type LogsState = Validated<typeof isLogsState>;

/** Messages from the extension. */
export const isToLogsPage = union(
  isLogsState,
  /** Shows a record; `hidden` if the filter must be reset for that. */
  /** Without `seq`, the page follows the end of the session. */
  object({ kind: literal("show"), session: string, seq: union(number, absent), hidden: boolean }),
);
export type ToLogsPage = Validated<typeof isToLogsPage>;

/** A frame of a backtrace; `unavailableReason` says why its source cannot be opened. */
const isFrame = object({ label: string, location: string, unavailableReason: union(string, absent) });

/** What an expanded row shows; `fullMessage` is present if the row's message was truncated. */
export const isRowDetails = object({
  fullMessage: union(string, absent),
  fullMessageHits: isHits,
  lines: array(string),
  /** Offsets in the lines joined by line ends. */
  lineHits: isHits,
  /** The number of lines that were left out. */
  omitted: number,
  frames: array(isFrame),
  /** A Logs reporter wrote the record, so there may be a call site. */
  callSite: boolean,
});
export type RowDetails = Validated<typeof isRowDetails>;

/** Messages from the page. */
export const isFromLogsPage = union(
  /**
   * Selects what the page shows: a session (`undefined`: the newest) through a filter. The result is the
   * ordinal of the first row at or after the record `near`; the state is sent before it.
   */
  object({
    kind: literal("select"),
    session: union(string, absent),
    filter: isFilter,
    near: union(number, absent),
    /** The record that has the keyboard focus. */
    active: union(number, absent),
    cleared: array(isClearedSession),
  }),
  /** The result is a `LogRows`. */
  object({ kind: literal("rows"), generation: number, from: number, count: number }),
  /** The result is a `RowDetails`. */
  object({ kind: literal("details"), seq: number }),
  object({ kind: literal("pause"), on: boolean }),
  object({ kind: literal("clear") }),
  /** The results of the following requests are messages for the user. Copies the rows `from` to before `to`. */
  object({ kind: literal("copy"), generation: number, from: number, to: number }),
  object({ kind: literal("save", "raw") }),
  /** Runs an action of the crash that is shown. */
  object({ kind: literal("crash"), index: number }),
  object({ kind: literal("frame"), seq: number, index: number }),
  /** Opens the call that logged a record, or sets a breakpoint at it. */
  object({ kind: literal("callSite", "stopAtCallSite"), seq: number }),
);
export type FromLogsPage = Validated<typeof isFromLogsPage>;

/** The state of the page that is restored when the panel is shown again. */
export const isLogsPageState = object({
  session: union(string, absent),
  filter: isFilter,
  follow: boolean,
  wrap: boolean,
  time: literal("clock", "start", "row"),
  /** The record at the top, and the one that has the keyboard focus. */
  top: union(number, absent),
  active: union(number, absent),
  cleared: array(isClearedSession),
});
export type LogsPageState = Validated<typeof isLogsPageState>;
export type TimeMode = LogsPageState["time"];
