import assert from "node:assert/strict";
import fc from "fast-check";
import { redact, type PrivateData } from "./redact.ts";

const privateData: PrivateData = {
  paths: [
    { path: "/home/camel", replacement: "~" },
    { path: "/home/camel/my work/hello", replacement: "<hello>" },
    { path: String.raw`C:\Users\Camel`, replacement: "~" },
  ],
  words: [
    { word: "camel", replacement: "<user>" },
    { word: "al", replacement: "<user>" },
  ],
};

const clean = (text: string): string => redact(text, privateData);

describe("redact", () => {
  it("removes paths of the home folder and the workspace", () => {
    assert.equal(clean("/home/camel/my work/hello/config.ml and /home/camel/x"), "<hello>/config.ml and ~/x");
    assert.equal(clean("/home/camelot/x"), "/home/<user>/x");
    assert.equal(clean("file:///home/camel/my%20work/hello/a"), "file://<hello>/a");
    assert.equal(
      clean(String.raw`c:\users\camel\x C:/Users/Camel/y "C:\\Users\\Camel\\z"`),
      String.raw`~\x ~/y "~\\z"`,
    );
  });

  it("removes the name of the user, but not words that contain it", () => {
    assert.equal(
      clean("owned by Camel, group camel: caramel, camels, all"),
      "owned by <user>, group <user>: caramel, camels, all",
    );
  });

  it("removes the names of other users from paths of home folders", () => {
    assert.equal(
      clean(
        String.raw`/home/somebody/x '/Users/somebody' D:\Users\somebody\x "C:\\Users\\somebody\\x" /mnt/c/Users/somebody/x`,
      ),
      String.raw`/home/<user>/x '/Users/<user>' D:\Users\<user>\x "C:\\Users\\<user>\\x" /mnt/c/Users/<user>/x`,
    );
    assert.equal(clean("https://mirage.io/home/page"), "https://mirage.io/home/page");
  });

  it("removes secrets", () => {
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

  it("does not change versions, errors and log lines", () => {
    const text =
      "mirage 4.11.1 · solo5-hvt 0.12.1: unikernel.ml:3:5: Unbound module Keyboard\n[INFO] [application] hello\n" +
      "12 tests passed: 3 skipped\n--keep-going now, -I /usr/lib/tls -package digestif";
    assert.equal(clean(text), text);
  });

  it("removes the home folder from any text", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        assert.ok(!clean(`${before} /home/camel/${after}`).includes("/home/camel/"));
      }),
      { numRuns: 300 },
    );
  });

  it("takes linear time", () => {
    for (const piece of [
      "key",
      "a.b-",
      "https://",
      "-----BEGIN PRIVATE KEY-----",
      "x@y.",
      "token=",
      '"key',
    ]) {
      // In quadratic time, this would take longer than the test may.
      const text = piece.repeat(300_000 / piece.length);
      assert.ok(clean(text).length > 0, piece);
    }
  });
});
