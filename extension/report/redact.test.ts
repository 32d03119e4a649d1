import assert from "node:assert/strict";
import fc from "fast-check";
import { redacted, type Private } from "./redact.ts";
import { cpuMs } from "../../test/harness/cpuTime.ts";

const privately: Private = {
  paths: [
    { path: "/home/camel", instead: "~" },
    { path: "/home/camel/my work/hello", instead: "<hello>" },
    { path: String.raw`C:\Users\Camel`, instead: "~" },
  ],
  words: [
    { word: "camel", instead: "<user>" },
    { word: "al", instead: "<user>" },
  ],
};

const clean = (text: string): string => redacted(text, privately);

describe("a report", () => {
  it("has no path of the home folder or the workspace", () => {
    assert.equal(clean("/home/camel/my work/hello/config.ml and /home/camel/x"), "<hello>/config.ml and ~/x");
    assert.equal(clean("/home/camelot/x"), "/home/<user>/x");
    assert.equal(clean("file:///home/camel/my%20work/hello/a"), "file://<hello>/a");
    assert.equal(
      clean(String.raw`c:\users\camel\x C:/Users/Camel/y "C:\\Users\\Camel\\z"`),
      String.raw`~\x ~/y "~\\z"`,
    );
  });

  it("has no name of the user, but keeps words that contain it", () => {
    assert.equal(
      clean("owned by Camel, group camel: caramel, camels, all"),
      "owned by <user>, group <user>: caramel, camels, all",
    );
  });

  it("has no name of another user, which a home folder tells", () => {
    assert.equal(
      clean(
        String.raw`/home/somebody/x '/Users/somebody' D:\Users\somebody\x "C:\\Users\\somebody\\x" /mnt/c/Users/somebody/x`,
      ),
      String.raw`/home/<user>/x '/Users/<user>' D:\Users\<user>\x "C:\\Users\\<user>\\x" /mnt/c/Users/<user>/x`,
    );
    assert.equal(clean("https://mirage.io/home/page"), "https://mirage.io/home/page");
  });

  it("has no secrets", () => {
    const secret = "s3cr3t-Va1ue";
    const leaks = [
      `https://me:${secret}@example.org/x.git`,
      `--http-key=${secret} --ipv4=10.0.0.2/24`,
      `PASSWORD=${secret}`,
      `"apiToken": "${secret} and more"`,
      `dns-key: ${secret}`,
      `seed = '${secret} x'`,
      `Authorization: Bearer ${secret}0123`,
      `ghp_${"a1".repeat(18)}`,
      `--ssh-password ${secret} --ipv4=10.0.0.2/24`,
      `--ssh-key 'rsa:${secret}'`,
      `Authorization: token ${secret}`,
      `"Cookie": "session=${secret}; other=${secret}"`,
      `https://example.org/x?pass=${secret}&sig=${secret}`,
      `sk-proj-${"a1".repeat(18)}`,
      `npm_${"a1".repeat(18)}`,
      `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
      `-----BEGIN PRIVATE KEY-----\n${secret}\ncut off`,
    ];
    for (const leak of leaks) {
      const text = clean(leak);
      assert.ok(!text.includes(secret) && !text.includes("a1a1"), text);
      assert.match(text, /\[removed\]/);
    }
    assert.match(clean(leaks[1] ?? ""), /--ipv4=10\.0\.0\.2\/24/);
    assert.equal(clean("from someone@example.org"), "from [removed] address");
  });

  it("keeps what it is for", () => {
    const text =
      "mirage 4.11.1 · solo5-hvt 0.12.1: unikernel.ml:3:5: Unbound module Keyboard\n[INFO] [application] hello\n" +
      "12 tests passed: 3 skipped\n--keep-going now, -I /usr/lib/tls -package digestif";
    assert.equal(clean(text), text);
  });

  it("never has the home folder, whatever stands around it", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        assert.ok(!clean(`${before} /home/camel/${after}`).includes("/home/camel/"));
      }),
      { numRuns: 300 },
    );
  });

  it("is made in time that grows with its length only", () => {
    for (const piece of [
      "key",
      "a.b-",
      "https://",
      "-----BEGIN PRIVATE KEY-----",
      "x@y.",
      "token=",
      '"key',
    ]) {
      const text = piece.repeat(200_000 / piece.length);
      const began = cpuMs();
      clean(text);
      assert.ok(cpuMs() - began < 5000, piece);
    }
  });
});
