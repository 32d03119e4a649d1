import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { targetIds } from "../mirage/targets.ts";
import { levels } from "../ocaml/logs/levels.ts";
import { readBootTests } from "./readBootTests.ts";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
}

/** The objects below a schema. */
const objectsOf = (schema: Schema): readonly Schema[] => [
  ...(schema.properties ? [schema] : []),
  ...[...Object.values(schema.properties ?? {}), ...(schema.anyOf ?? []), schema.items ?? {}].flatMap(
    (inner) => (Object.keys(inner).length > 0 ? objectsOf(inner) : []),
  ),
];

describe("The schema of boot-tests.json", () => {
  const schema: Schema = JSON.parse(
    readFileSync(join(import.meta.dirname, "boot-tests.schema.json"), "utf8"),
  );
  const properties = objectsOf(schema).map((object) => Object.keys(object.properties ?? {}));

  it("has the properties that the reader knows", () => {
    const unknown = '{ "?": 0 }';
    const texts = [
      unknown,
      `{ "tests": [${unknown}] }`,
      `{ "tests": [{ "name": "a", "expect": ${unknown} }] }`,
      ...["log", "http", "tcp"].map(
        (name) => `{ "tests": [{ "name": "a", "expect": { "${name}": [${unknown}] } }] }`,
      ),
    ];
    for (const text of texts) {
      const { problems } = readBootTests(text);
      const message = problems.find(({ severity }) => severity === "warning")?.message ?? "";
      const known = /The properties are (.*)\./.exec(message)?.[1]?.split(", ").toSorted();
      assert.ok(
        properties.some((names) => names.toSorted().join() === known?.join()),
        `${message} is not in the schema`,
      );
    }
  });

  it("has all targets and levels", () => {
    const enums = objectsOf(schema).flatMap(({ properties: own = {} }) =>
      Object.values(own).map((property) => property.enum ?? property.items?.enum ?? []),
    );
    for (const expected of [targetIds, levels])
      assert.ok(enums.some((values) => values.join() === expected.join()));
  });
});
