import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Server } from "node:net";
import { once } from "node:events";
import { recordedText } from "../testRecordings.ts";
import { listLevelsCommand, parseLevelList, parseMonitoringAnswer, setLevelCommand } from "./logLevels.ts";
import { sendMonitoringCommand } from "./monitoringClient.ts";

/** The recorded answers by command, the first one of each. */
const answers = new Map<string, string>();
for (const [, command = "", answer = ""] of recordedText(
  "mirage-monitoring-8c312bc/monitoring-2323.txt",
).matchAll(/^> ("(?:[^"\\]|\\.)*")\n< ("(?:[^"\\]|\\.)*")/gm)) {
  const key = JSON.parse(command) as string;
  if (!answers.has(key)) answers.set(key, JSON.parse(answer) as string);
}

describe("The log levels of a running unikernel", () => {
  it("are listed with all levels of sources of the same name", () => {
    const answer = parseMonitoringAnswer(answers.get(listLevelsCommand) ?? "");
    assert.ok(answer.kind === "ok");
    assert.deepEqual(parseLevelList(answer.text).slice(0, 3), [
      { source: "*", levels: ["info"] },
      { source: "net", levels: ["info"] },
      { source: "application", levels: ["info"] },
    ]);
    assert.deepEqual(parseLevelList("*:info,application:quiet,application:info"), [
      { source: "*", levels: ["info"] },
      { source: "application", levels: ["quiet", "info"] },
    ]);
  });

  it("are set by commands that mirage-monitoring accepts", () => {
    assert.equal(answers.get(setLevelCommand("*", "debug")), "ok");
    assert.equal(answers.get(setLevelCommand("application", "warning")), "ok");
    assert.deepEqual(parseMonitoringAnswer(answers.get("Lapplication:nosuch") ?? ""), {
      kind: "error",
      reason: '"nosuch": unknown log level',
    });
  });

  it("are not read from other programs", () => {
    assert.deepEqual(parseMonitoringAnswer("HTTP/1.1 400 Bad Request\r\n"), { kind: "unknown" });
    assert.deepEqual(parseMonitoringAnswer(""), { kind: "unknown" });
    assert.deepEqual(parseLevelList("a,b:,:info,c:nosuch,a:b:info"), [{ source: "a:b", levels: ["info"] }]);
  });
});

describe("The client of the monitoring port", () => {
  let server: Server;
  let port: number;
  const segments: string[] = [];

  before(async () => {
    server = createServer((socket) =>
      socket.once("data", (bytes: Buffer) => {
        segments.push(String(bytes));
        socket.end(answers.get(String(bytes)) ?? "error: unknown command");
      }),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  });
  after(() => server.close());

  it("sends a command in one segment without a line end and reads up to the end", async () => {
    const answer = await sendMonitoringCommand({ address: "127.0.0.1", port }, "l");
    assert.deepEqual(answer, { kind: "ok", text: "*:info" });
    assert.deepEqual(segments, ["l"]);
  });

  it("reports that nothing listens", async () => {
    const closed = createServer();
    closed.listen(0, "127.0.0.1");
    await once(closed, "listening");
    const { port: free } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, "close");
    await assert.rejects(sendMonitoringCommand({ address: "127.0.0.1", port: free }, "l"), /ECONNREFUSED/);
  });
});
