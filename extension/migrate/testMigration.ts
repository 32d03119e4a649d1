import assert from "node:assert/strict";
import { migrateUnikernel } from "./migrate.ts";

/** The version header that a migration to mirage 4.11 writes. */
export const header = "(* mirage >= 4.11.0 & < 4.12.0 *)";

/** Migrates a config.ml and a unikernel.ml, asserts that migrating again changes nothing, and returns the texts. */
export function migrated(
  config: string,
  unikernel = "",
  version = "4.11.1",
): { readonly config: string; readonly unikernel: string; readonly remaining: readonly string[] } {
  const files = (one: string, other: string) =>
    migrateUnikernel(
      { path: "/p/config.ml", text: one },
      [{ path: "/p/unikernel.ml", text: other }],
      version,
    );
  const [first, second] = files(config, unikernel);
  assert.ok(first && second);
  assert.deepEqual(
    files(first.text, second.text).flatMap(({ edits }) => edits),
    [],
    "a second migration changes something",
  );
  const remaining = [first, second].flatMap(({ text, remaining: uses }) =>
    uses.map(({ span }) => text.slice(span.start, span.end)),
  );
  return { config: first.text, unikernel: second.text, remaining };
}

/** A text of lines, each with its line end. */
export const lines = (...each: readonly string[]): string => `${each.join("\n")}\n`;
