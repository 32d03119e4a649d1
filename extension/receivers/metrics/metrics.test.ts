import assert from "node:assert/strict";
import { connect } from "node:net";
import type { Receiver } from "../openServer.ts";
import { recordedText } from "../testRecordings.ts";
import { parseInfluxLine } from "./influxLine.ts";
import { openMetricsReceiver } from "./metricsReceiver.ts";
import { createMetricsStore } from "./metricsStore.ts";
import { metricsView } from "./metricsView.ts";

const recorded = (name: string) => recordedText(`mirage-monitoring-8c312bc/${name}.txt`);
const byMeasurement = new Map(
  recorded("encoder")
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
      const parsed = parseInfluxLine(line);
      return parsed ? [[parsed.measurement, parsed] as const] : [];
    }),
);
const fieldsOf = (measurement: string) => Object.fromEntries(byMeasurement.get(measurement)?.fields ?? []);

describe("A line of metrics-influx", () => {
  it("has numbers, booleans and texts", () => {
    assert.equal(byMeasurement.size, 12);
    assert.deepEqual(fieldsOf("ints"), { count: 1, negative: -5 });
    assert.deepEqual(fieldsOf("widths"), { u: 3, i32: 4, u32: 2 ** 32 - 1, i64: 2 ** 63, u64: 2 ** 64 });
    assert.deepEqual(fieldsOf("floats"), {
      half: 0.5,
      third: 0.333333,
      big: 1e21,
      million: 1_234_570,
      whole: 3,
      nan: Number.NaN,
      oinf: Infinity,
    });
    assert.deepEqual(fieldsOf("bools"), { yes: true, no: false });
    assert.deepEqual(fieldsOf("strings"), {
      plain: "text",
      quote: 'say "hi"',
      backslash: String.raw`a\b`,
      newline: "a\nb",
      utf8: "grüß ☃",
      empty: "",
    });
  });

  it("may have names with spaces, no tag, several equal tags and no field", () => {
    assert.deepEqual(fieldsOf("a name, with comma"), { "with space": 1, "with,comma": 2, "with=equal": 3 });
    assert.deepEqual(byMeasurement.get("notags")?.tags, []);
    assert.deepEqual(byMeasurement.get("nofields")?.fields, []);
    assert.deepEqual(byMeasurement.get("tags")?.tags, [
      ["vm", "two words"],
      ["vm", "a=b,c"],
    ]);
    assert.deepEqual(byMeasurement.get("statusduration")?.fields, [
      ["status", "ok"],
      ["status", "error"],
      ["oduration", 12345],
    ]);
  });

  it("has all forms of booleans", () => {
    const fields = parseInfluxLine(
      "m a=t,b=T,c=true,d=True,e=TRUE,f=f,g=F,h=false,i=False,j=FALSE,k=tRUE",
    )?.fields;
    assert.deepEqual(
      fields?.map(([, value]) => value),
      [true, true, true, true, true, false, false, false, false, false, "tRUE"],
    );
  });

  it("is not any other text", () => {
    for (const text of ["", " ", "name", ",a=b c=1", "GET / HTTP/1.1\r"])
      assert.deepEqual(parseInfluxLine(text)?.fields ?? [], [], text);
    assert.deepEqual(parseInfluxLine("a b=1 1700000000")?.fields, [["b", 1]]);
  });
});

describe("The store of metrics", () => {
  const store = createMetricsStore({ maxRuns: 2, maxSeries: 25, maxValues: 3 });
  recorded("monitoring-8094")
    .trimEnd()
    .split("\n")
    .forEach((line, index) => {
      const parsed = parseInfluxLine(line);
      if (parsed) store.add("hello", parsed, index, "10.0.0.2");
    });

  it("has a bounded history of each field of what mirage-monitoring sends", () => {
    const series = store.series("hello");
    assert.equal(series.length, 20);
    const minor = series.find(({ field }) => field === "minor words");
    assert.deepEqual(minor?.values, [90661, 96977, 103293]);
    assert.deepEqual(minor?.times, [3, 6, 9]);
    assert.equal(series.find(({ measurement }) => measurement === "connections")?.tags, "kind=tcp");
    assert.equal(store.peer("hello"), "10.0.0.2");
  });

  it("is bounded in series and runs", () => {
    for (let i = 0; i < 100; i++)
      store.add("other", { measurement: "m", tags: [], fields: [[`f${i}`, i]] }, 0, "");
    assert.equal(store.series("other").length, 25);
    store.add("third", { measurement: "m", tags: [], fields: [["f", 1]] }, 0, "");
    assert.deepEqual(store.runs(), ["other", "third"]);
  });

  it("notifies of changes", () => {
    const changed: string[] = [];
    const subscription = store.onDidChange((run) => changed.push(run));
    store.add("third", { measurement: "m", tags: [], fields: [["f", 2]] }, 0, "");
    store.clear("third");
    subscription.dispose();
    store.add("third", { measurement: "m", tags: [], fields: [["f", 3]] }, 0, "");
    assert.deepEqual(changed, ["third", "third"]);
  });

  it("is shown as a table and the chart of the selected field, or of the first one that has numbers", () => {
    const shown = createMetricsStore();
    [1, 5, Number.NaN, 3].forEach((value, index) =>
      shown.add("a", { measurement: "gc", tags: [], fields: [["live words", value]] }, index, ""),
    );
    shown.add("a", { measurement: "a", tags: [], fields: [["status", "ok"]] }, 0, "");
    const { rows, chart } = metricsView("hello", shown.series("a"), undefined);
    assert.deepEqual(
      rows.map((row) => [row.measurement, row.field, row.last, row.lowest, row.highest, row.history]),
      [
        ["a", "status", "ok", "", "", ""],
        ["gc", "live words", "3", "1", "5", "▁█ ▅"],
      ],
    );
    assert.equal(chart?.name, "gc: live words");
    // A value that is not a number interrupts the line.
    assert.deepEqual(chart?.segments, [
      [
        { at: 0, value: 1 },
        { at: 1, value: 5 },
      ],
      [{ at: 3, value: 3 }],
    ]);
    const selected = metricsView("hello", shown.series("a"), rows[0]?.key).chart;
    assert.deepEqual([selected?.name, selected?.text, selected?.segments], ["a: status", "ok", []]);
    assert.deepEqual(metricsView("hello", [], "gone"), { title: "hello", rows: [], chart: undefined });
  });

  it("is shown with short texts on one line, whatever a sender calls its fields", () => {
    const shown = createMetricsStore();
    const long = "x".repeat(60_000);
    const line = parseInfluxLine(`gc\u202e,k=a\x1b[31m b="two\\nlines",c="${long}",d=1i,${long}=1i`);
    assert.ok(line);
    shown.add("a", line, 0, "");
    const view = metricsView("hello", shown.series("a"), undefined);
    assert.equal(view.rows.length, 3);
    const texts = JSON.stringify(view.rows.map(({ field, last }) => [field, last])) + view.chart?.name;
    assert.ok(JSON.stringify(view).length < 2000, String(JSON.stringify(view).length));
    assert.doesNotMatch(texts, /[\x1b\u202e]|\\n/);
    assert.match(texts, /two␊lines/);
  });
});

describe("A receiver of metrics", () => {
  let receiver: Receiver | undefined;
  afterEach(() => receiver?.close());

  it("reads lines that are cut anywhere", async () => {
    const fields: string[] = [];
    const done = Promise.withResolvers<string>();
    receiver = await openMetricsReceiver(
      { address: "127.0.0.1", port: 0 },
      {
        onLine: (line, peer) => {
          fields.push(...line.fields.map(([name]) => name));
          if (line.measurement === "connections") done.resolve(peer);
        },
      },
    );
    const sender = connect(receiver.port, "127.0.0.1");
    const bytes = Buffer.from(recorded("monitoring-8094"));
    sender.write(bytes.subarray(0, 50), () => sender.end(bytes.subarray(50)));
    assert.equal(await done.promise, "127.0.0.1");
    assert.deepEqual(fields.slice(0, 3), ["warnings", "errors", "minor words"]);
  });
});
