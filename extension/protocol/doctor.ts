import { union, boolean, array, absent, object, string, literal, type Validated } from "./validators.ts";

/** How to fix the problem of a line. The command line is shown before the user runs it. */
const isFix = object({ title: string, commandLine: union(string, absent) });

const isDoctorLine = object({
  section: literal("environment", "tools", "targets"),
  id: string,
  title: string,
  status: literal("ready", "limited", "old", "unknown", "missing"),
  detail: string,
  essential: boolean,
  needed: boolean,
  fix: union(isFix, absent),
});

const isDoctorView = union(
  /** `subject`: the project whose tools these are, such as `the unikernel hello`. */
  object({ kind: literal("checking"), subject: string }),
  object({ kind: literal("report"), subject: string, lines: array(isDoctorLine) }),
  /** `actions`: titles of the buttons. */
  object({ kind: literal("restricted", "failed"), message: string, actions: array(string) }),
);

export type DoctorLineView = Validated<typeof isDoctorLine>;
/** What the panel shows. */
export type DoctorView = Validated<typeof isDoctorView>;

/** Messages from the extension. */
export const isToDoctorPage = object({ kind: literal("show"), view: isDoctorView });
export type ToDoctorPage = Validated<typeof isToDoctorPage>;

/** Messages from the panel. It names a line by its id and an action by its title, and never sends a command. */
export const isFromDoctorPage = union(
  /** The page has loaded and is waiting for a `show` message. */
  object({ kind: literal("loaded") }),
  object({ kind: literal("check") }),
  /** The response to these two is a text for the user that says what was done. */
  object({ kind: literal("copy") }),
  object({ kind: literal("fix"), id: string }),
  object({ kind: literal("act"), title: string }),
);
export type FromDoctorPage = Validated<typeof isFromDoctorPage>;

/** The state that the page stores for the next page of its panel. */
export const isDoctorPageState = object({ view: isDoctorView });
