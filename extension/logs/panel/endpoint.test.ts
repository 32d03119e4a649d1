import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { LogStore } from "../store/logStore.ts";
import { createEndpointReader } from "./endpoint.ts";

const stamp = "2026-11-29T09:27:25-00:00:";
const connected = `${stamp} [INFO] [tcpip-stack-direct] Dual TCP/IP stack assembled: mac=be:de:a3:02:2e:be,ip=10.0.0.2/24, fe80::bcde:a3ff:fe02:2ebe/64`;
const lease = `${stamp} [INFO] [dhcp_client_lwt] Lease obtained! IP: 10.0.0.10, routers: 10.0.0.1`;
// From mirage-skeleton's applications/static_website_tls/dispatch.ml.
const http = `${stamp} [INFO] [http] listening on 8080/TCP`;
const https = `${stamp} [INFO] [https] listening on 443/TCP`;

function start(target = "hvt") {
  const store = new LogStore();
  const writer = store.begin({ name: "web", unikernel: "/w/web/config.ml", target });
  const read = createEndpointReader(store);
  return {
    log: (...lines: readonly string[]) =>
      writer.stdout(Buffer.from(lines.map((line) => `${line}\n`).join(""))),
    end: () => writer.end({ kind: "ok", text: "exited" }),
    read: () => read(store.sessions()[0]),
  };
}

describe("createEndpointReader", () => {
  it("finds the address of a unikernel in the console of a real one", () => {
    const { log, read } = start("spt");
    const console = new URL(
      "../../../test-workspace/recordings/mirage-4.11.1/net-run/spt-tap.stdout",
      import.meta.url,
    );
    log(readFileSync(console, "utf8"));
    assert.deepEqual(read(), { address: "10.0.0.2", urls: [] });
  });

  it("takes the address of the last lease, and opens what listens there until the run ends", () => {
    const { log, read, end } = start();
    assert.equal(read(), undefined);
    log(connected, http);
    assert.deepEqual(read(), { address: "10.0.0.2", urls: ["http://10.0.0.2:8080/"] });
    log(lease, https);
    const urls = ["http://10.0.0.10:8080/", "https://10.0.0.10/"];
    assert.deepEqual(read(), { address: "10.0.0.10", urls });
    end();
    assert.deepEqual(read(), { address: "10.0.0.10", urls: [] });
  });

  it("opens a page of a Unix process at localhost, but of no other target without an address", () => {
    for (const [target, urls] of [
      ["unix", ["http://localhost:8080/"]],
      ["spt", undefined],
    ] as const) {
      const { log, read } = start(target);
      log(http);
      assert.deepEqual(read()?.urls, urls, target);
    }
  });

  it("offers nothing for servers that no browser opens, or for other numbers", () => {
    const { log, read } = start();
    log(
      connected,
      `${stamp} [INFO] [dns] listening on 53/UDP for http`,
      `${stamp} [INFO] [application] listening on 9000/TCP`,
      `${stamp} [INFO] [http] not listening, 3 http clients wait`,
      `${stamp} [INFO] [http] listening on 10.0.0.2`,
      `${stamp} [INFO] [http] listening on 70000`,
    );
    assert.deepEqual(
      read()?.urls.filter((url) => !url.endsWith(":3/")),
      [],
    );
  });
});
