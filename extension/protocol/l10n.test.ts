import assert from "node:assert/strict";
import { t, setTexts } from "./l10n.ts";

describe("translations", () => {
  afterEach(() => setTexts(undefined));

  it("fall back to the English text with its values", () => {
    assert.equal(t("Build"), "Build");
    assert.equal(t("{0} of {1}", 3, "hello"), "3 of hello");
    assert.equal(t("{name} waits for {other}", { name: "a", other: "b" }), "a waits for b");
  });

  it("insert the values in the order of the translation", () => {
    setTexts({ "Build {0} for {1}": "{0} für {1} bauen", "{1} first": "zuerst {1} ({0})" });
    assert.equal(t("Build {0} for {1}", "hello", "hvt"), "hello für hvt bauen");
    assert.equal(t("{1} first", "a", "b"), "zuerst b (a)");
    assert.equal(t("Stop"), "Stop");
  });

  it("leave other braces unchanged, and insert values literally", () => {
    assert.equal(t('{ "a": 1 } {2}', "x"), '{ "a": 1 } {2}');
    assert.equal(t("{0}!", "$& {1}"), "$& {1}!");
  });
});
