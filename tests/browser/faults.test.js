// What goes wrong at buyers, played by the virtual buyer in Chromium: the gateway makes of it what it should.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startChromium } from "./support/chromium.js";
import { startGateway } from "./support/gateway.js";
import { Shopper } from "./support/shopper.js";

const COUPA = /Harbor Health/;
const SAP = /Kessler Werke/;

describe("one thing done wrong", () => {
  let gateway, browser, page, shopper;

  before(async () => {
    gateway = await startGateway();
    browser = await startChromium();
    page = await browser.page();
    shopper = new Shopper(page, gateway, { scripts: true });
  });

  after(async () => {
    await browser?.stop();
    assert.equal(await gateway?.stop(), 0, "the demo stops cleanly");
  });

  for (const fault of ["unknown-version", "no-doctype", "bom", "latin1", "same-payload-id"]) {
    it(`${fault}: the shop opens`, async () => {
      await shopper.punchOut(COUPA, { fault });
      await shopper.shop.getByLabel("Search the catalogue").waitFor();
      if (fault === "latin1") assert.match(await shopper.document("PunchOutSetupRequest"), /Jürgen Größe/);
    });
  }

  it("wrong-secret: Status 401, and no shop", async () => {
    await shopper.punchOut(COUPA, { fault: "wrong-secret" });
    await page.getByText("The gateway gave no address for the shop").waitFor();
    assert.match(await shopper.document("The answer"), /code="401"/);
  });

  it("wrong-secret over OCI: a page that refuses, in the frame", async () => {
    await shopper.punchOut(SAP, { fault: "wrong-secret" });
    await shopper.shop.getByRole("heading", { level: 1 }).waitFor();
    assert.equal(await shopper.shop.getByLabel("Search the catalogue").count(), 0);
  });

  for (const fault of ["slow-hook", "redirecting-hook"]) {
    for (const [buyer, words] of [[COUPA, "gloves"], [SAP, "tape"]]) {
      it(`${fault}: the cart of ${buyer.source} arrives whole`, async () => {
        await shopper.punchOut(buyer, { fault });
        const part = await shopper.add(words, 1);
        await shopper.openCart();
        await shopper.returnCart();
        await shopper.holds();
        assert.deepEqual((await shopper.lines()).map((line) => line.part), [part]);
      });
    }
  }

  it("unknown-line: it is kept and comes back as it was", async () => {
    await shopper.punchOut(COUPA);
    const part = await shopper.add("gloves", 1);
    await shopper.openCart();
    await shopper.returnCart();
    await shopper.punchOut(COUPA, { fault: "unknown-line" });
    await shopper.shop.getByText("NO-SUCH-PART-0").first().waitFor();
    await shopper.returnCart();
    await shopper.holds();
    assert.deepEqual((await shopper.lines()).map((line) => line.part), [part, "NO-SUCH-PART-0"]);
  });

  it("another price and another unit in the order: taken", async () => {
    await shopper.punchOut(COUPA);
    await shopper.add("gloves", 1);
    await shopper.openCart();
    await shopper.returnCart();
    const price = (document) => document.match(/<UnitPrice>\s*<Money[^>]*>([^<]+)</)[1];
    const agreed = price(await shopper.document("The message"));
    assert.match(await shopper.send("Change a price and send"), /^Status 200/);
    assert.notEqual(price(await shopper.document("OrderRequest")), agreed);
    await page.getByRole("link", { name: "Back to the cart" }).click();
    assert.match(await shopper.send("Change a unit and send"), /^Status 200/);
    assert.match(await shopper.document("OrderRequest"), /<UnitOfMeasure>DZN</);
  });
});
