import assert from "node:assert/strict";
import { LogStore } from "../store/logStore.ts";
import { createDhcpNotice } from "./dhcpNotice.ts";

const stamp = "2026-11-29T09:27:25-00:00:";
const plugging = `${stamp} [INFO] [netif] Plugging into service with mac be:de:a3:02:2e:be mtu 1500`;
// From charrua-client 3.1.2: `client/lwt/dhcp_client_lwt.ml`.
const timeout = `${stamp} [INFO] [dhcp_client_lwt] Timeout expired without a usable lease!  Starting over...`;
const lease = `${stamp} [INFO] [dhcp_client_lwt] Lease obtained! IP: 10.0.0.10, routers: 10.0.0.1`;

/** What is explained to the user of a running session with this console. */
function noticeFor(lines: readonly string[], attachments?: object) {
  const store = new LogStore();
  const run = { name: "network", unikernel: "/w/network/config.ml", target: "hvt", attachments };
  const writer = store.begin(run);
  writer.stdout(Buffer.from(lines.map((line) => `${line}\n`).join("")));
  return createDhcpNotice(store)(writer.session);
}

describe("createDhcpNotice", () => {
  it("names the tap on which no DHCP server answers, and what to do", () => {
    const notice = noticeFor([plugging, timeout, timeout, timeout], { service: { host: "tap100" } });
    assert.equal(notice?.text, "No DHCP server answers on tap100.");
    assert.match(notice?.next ?? "", /--ipv4=10\.0\.0\.2\/24.*--no-dhcp.*set up the network/);
    assert.deepEqual(
      notice?.actions.map(({ kind }) => kind),
      ["arguments", "options", "network"],
    );
    assert.deepEqual(notice?.actions.at(-1), { kind: "network", tap: "tap100" });
  });

  it("knows the tap of a Unix process from its log", () => {
    const connect = "2026-11-29T09:27:19Z: [INFO] [netif] connect tap7 with mac 52:8b:3d:60:69:65";
    assert.match(noticeFor([connect, timeout, timeout, timeout])?.text ?? "", /on tap7\.$/);
  });

  it("waits for three discovers, and ends with a lease", () => {
    assert.equal(noticeFor([plugging, timeout, timeout]), undefined);
    assert.equal(noticeFor([plugging, timeout, timeout, timeout, lease]), undefined);
    assert.equal(noticeFor([plugging, lease, timeout, timeout]), undefined);
  });

  it("counts no debug messages, and no messages of other sources", () => {
    const discover = `${stamp} [DEBUG] [dhcp_client_lwt] Sending DHCPDISCOVER...`;
    assert.equal(noticeFor([discover, timeout, discover, timeout, discover]), undefined);
    const own = `${stamp} [INFO] [application] Timeout expired without a usable lease!  Starting over...`;
    assert.equal(noticeFor([own, own, own]), undefined);
  });
});
