// Other frames than the plain one: where only cookies of others are blocked, and in a sandbox that leaves the shop no origin.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { probe, startChromium } from "./support/chromium.js";
import { startGateway } from "./support/gateway.js";
import { Shopper } from "./support/shopper.js";

const COUPA = /Harbor Health/;

describe("cookies of others blocked, one's own taken", () => {
  let gateway, browser, page, shopper;

  before(async () => {
    gateway = await startGateway();
    browser = await startChromium({ cookies: "own" });
    page = await browser.page();
    shopper = new Shopper(page, gateway, { scripts: true });
  });

  after(async () => {
    await browser?.stop();
    assert.equal(await gateway?.stop(), 0, "the demo stops cleanly");
  });

  it("is a browser that takes its own cookies", async () => {
    const apart = await browser.page();
    const { cookies } = await probe(apart);
    await apart.close();
    assert.deepEqual(cookies, ["", "probe=1"]);
  });

  it("words are suggested while one types", async () => {
    await shopper.punchOut(COUPA);
    await shopper.shop.getByLabel("Search the catalogue").pressSequentially("hex k");
    await shopper.shop.getByRole("option", { name: /Hex keys/ }).click();
    await shopper.shop.getByRole("heading", { level: 1, name: "Hex keys" }).waitFor();
  });

  it("a cart comes back and is ordered", async () => {
    await shopper.punchOut(COUPA);
    const part = await shopper.add("gloves", 1);
    await shopper.openCart();
    await shopper.returnCart();
    await shopper.holds();
    assert.deepEqual((await shopper.lines()).map((line) => line.part), [part]);
    assert.match(await shopper.send("Send the order"), /^Status 200/);
  });
});

for (const sandbox of ["allow-forms allow-scripts", "allow-forms"]) {
  it(`a cart comes back out of a sandbox with ${sandbox}`, async () => {
    const gateway = await startGateway();
    // A page that a test changed on its way counts as one of a public site, which may not frame loopback.
    const browser = await startChromium({ cookies: "own", flags: ["--disable-features=LocalNetworkAccessChecks"] });
    try {
      const page = await browser.page();
      // As a procurement system would frame it; the virtual buyer itself does not.
      await page.route(/\/visits\/[0-9a-f]+$/, async (route) => {
        const response = await route.fetch();
        const body = await response.text();
        assert.match(body, /<iframe /);
        await route.fulfill({ response, body: body.replace("<iframe ", `<iframe sandbox="${sandbox}" `) });
      });
      const shopper = new Shopper(page, gateway, { scripts: sandbox.includes("scripts") });
      await shopper.punchOut(COUPA);
      await page.goto(page.url()); // not the answer to a form, which is not passed on to be changed
      assert.equal(await page.locator("iframe[name=shop]").getAttribute("sandbox"), sandbox);
      const part = await shopper.add("gloves", 1);
      await shopper.openCart();
      await shopper.toReturnPage();
      if (!shopper.scripts) await shopper.shop.getByRole("button", { name: /^Continue to/ }).click();
      // The frame may not lead the window on; the window itself looks whether something came.
      await page.waitForURL(/\/visits\/[0-9a-f]+\/cart$/);
      assert.deepEqual((await shopper.lines()).map((line) => line.part), [part]);
    } finally {
      await browser.stop();
      assert.equal(await gateway.stop(), 0, "the demo stops cleanly");
    }
  });
}
