import type { Fuzzed } from "./fuzzed.ts";
import { messageParsers } from "./messageParsers.ts";
import { ocamlParsers } from "./ocamlParsers.ts";
import { outputParsers } from "./outputParsers.ts";

/** All parsers of foreign text. */
export const parsers: readonly Fuzzed[] = [...outputParsers, ...ocamlParsers, ...messageParsers];
