import assert from "node:assert/strict";
import { parseMetricsAddress, parseSyslogAddress } from "./listenAddress.ts";

const refused = (parsed: object | string): string => (typeof parsed === "string" ? parsed : "accepted");

describe("The address of a receiver", () => {
  it("is loopback by default", () => {
    assert.deepEqual(parseSyslogAddress({}), { address: "127.0.0.1", port: 5514, protocol: "udp" });
    assert.deepEqual(parseMetricsAddress({}), { address: "127.0.0.1", port: 8094 });
  });

  it("is what the configuration says, also with variables that became strings", () => {
    assert.deepEqual(parseSyslogAddress({ address: "10.0.0.1", port: "514", protocol: "tcp" }), {
      address: "10.0.0.1",
      port: 514,
      protocol: "tcp",
    });
    assert.deepEqual(parseMetricsAddress({ address: "fd00::1" }), { address: "fd00::1", port: 8094 });
  });

  it("is never that of all interfaces", () => {
    for (const address of ["0.0.0.0", "::", "0:0:0:0:0:0:0:0", "::ffff:0.0.0.0"])
      assert.match(refused(parseSyslogAddress({ address })), /nothing listens on all interfaces/);
  });

  it("is refused in a sentence that names the property", () => {
    assert.match(refused(parseSyslogAddress(5514)), /^"syslog" must be an object/);
    assert.match(
      refused(parseSyslogAddress({ address: "localhost" })),
      /^"syslog\.address" must be an IP address/,
    );
    assert.match(refused(parseSyslogAddress({ port: 0 })), /^"syslog\.port" must be a number/);
    assert.match(refused(parseSyslogAddress({ protocol: "tls" })), /^"syslog\.protocol" must be/);
    assert.match(refused(parseMetricsAddress({ port: 70000 })), /^"metrics\.port" must be/);
  });
});
