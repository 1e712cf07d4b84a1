// What every page must pass: no violation that axe knows of, nothing wider than the window.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export const out = fileURLToPath(new URL("../out/", import.meta.url));
await mkdir(out, { recursive: true });

/** Runs axe on one document, a page or a frame. */
export async function accessible(frame, what) {
  await frame.evaluate(axe);
  const results = await frame.evaluate(
    (tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags }, iframes: false }),
    tags,
  );
  const told = results.violations.map(
    (one) => `${one.id}: ${one.help}\n    ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join("\n    ")}`,
  );
  assert.deepEqual(told, [], `${what}: ${told.join("\n")}`);
}

/** Opens an address in a window of its own at two widths: reflow, axe, a picture of each. */
export async function looked(browser, address, name, { status = 200 } = {}) {
  for (const [width, height] of [[360, 740], [1280, 900]]) {
    const page = await browser.page(width, height);
    const response = await page.goto(address);
    assert.equal(response.status(), status, `${name}: ${address}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name} at ${width} px is ${overflow} px wider than the window`);
    await accessible(page, `${name} at ${width} px`);
    await page.screenshot({ path: join(out, `${name}-${width}.png`), fullPage: true });
    await page.close();
  }
}
