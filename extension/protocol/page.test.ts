import assert from "node:assert/strict";
import { pageHtml } from "./page.ts";

describe("The HTML of a page", () => {
  const options = {
    title: "<Logs>",
    script: "https://x/a.js",
    style: "https://x/a.css",
    styleSource: "https://x",
    nonce: "n",
  };

  it("loads its script and styles from files", () => {
    const html = pageHtml(options);
    assert.ok(html.includes('<link rel="stylesheet" href="https://x/a.css">'));
    assert.ok(html.includes('<script type="module" nonce="n" src="https://x/a.js"></script>'));
    assert.ok(html.includes("<title>&lt;Logs></title>"));
  });

  it("contains its script and styles, whose texts do not end their elements", () => {
    const code = { script: 'f("</script><b>", `$&`)', style: 'p::after { content: "</STYLE>" }' };
    const html = pageHtml({ ...options, code });
    assert.ok(!html.includes("https://x/a."));
    assert.equal(html.match(/<\/script>/gi)?.length, 1);
    assert.equal(html.match(/<\/style>/gi)?.length, 1);
    assert.ok(html.includes('f("<\\/script><b>", `$&`)</script>'));
  });
});
