// The whole round in a cross-site frame: the virtual buyer is one site, the shop another. Every cookie is blocked.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { accessible } from "./support/audit.js";
import { probe, serve, startChromium } from "./support/chromium.js";
import { startGateway } from "./support/gateway.js";
import { Shopper } from "./support/shopper.js";

const BUYERS = { ariba: /Meridian Motors/, coupa: /Harbor Health/, sap: /Kessler Werke/ };

for (const scripts of [true, false]) {
  describe(`all cookies blocked, scripts ${scripts ? "on" : "off"}`, () => {
    let gateway, browser, page, shopper;
    const setCookie = [];

    before(async () => {
      gateway = await startGateway();
      browser = await startChromium({ scripts });
      page = await browser.page();
      page.on("response", async (response) => {
        if ((await response.headersArray()).some(({ name }) => name.toLowerCase() === "set-cookie")) {
          setCookie.push(response.url());
        }
      });
      shopper = new Shopper(page, gateway, { scripts });
    });

    after(async () => {
      await browser?.stop();
      assert.equal(await gateway?.stop(), 0, "the demo stops cleanly");
    });

    it("is a browser that takes no cookie, and the two sites differ", async () => {
      const apart = await browser.page();
      const { cookies, runsScripts } = await probe(apart);
      await apart.close();
      assert.deepEqual(cookies, ["", ""]);
      assert.equal(runsScripts, scripts);
      assert.notEqual(new URL(gateway.buyer).hostname, new URL(gateway.gateway).hostname);
    });

    for (const buyer of ["ariba", "coupa"]) {
      it(`${buyer}: a cart comes back, is ordered, changed, left alone and looked at`, async () => {
        await shopper.punchOut(BUYERS[buyer]);
        const cookie = (await shopper.document("PunchOutSetupRequest")).match(/<BuyerCookie>(.+)<\/BuyerCookie>/)[1];
        const first = await shopper.add("screw", 1);
        const second = await shopper.add("gloves", 2);
        await shopper.openCart();
        const quantities = shopper.shop.getByRole("main").getByRole("textbox", { name: /^Quantity of/ });
        const proposed = Number(await quantities.first().inputValue());
        await quantities.first().fill(String(proposed * 3));
        await shopper.returnCart();

        await shopper.holds();
        const message = await shopper.document("The message");
        assert.ok(message.includes(`<BuyerCookie>${cookie}</BuyerCookie>`), message);
        assert.equal([...message.matchAll(/<ItemIn /g)].length, 2);
        const lines = await shopper.lines();
        assert.deepEqual(lines.map((line) => line.part), [first, second]);
        assert.ok(lines[0].quantity.replaceAll(",", "").startsWith(`${proposed * 3} `), lines[0].quantity);

        assert.match(await shopper.send("Send the order"), /^Status 200/);
        const order = await shopper.document("OrderRequest");
        assert.ok(order.includes(first) && order.includes(second), order);
        const answer = await shopper.document("The answer");
        assert.match(await shopper.send("Send the same order again"), /^Status 200/);
        assert.equal(await shopper.document("OrderRequest"), order, "byte for byte");
        assert.equal(await shopper.document("The answer"), answer, "a repeat gets the same answer");
        assert.match(await shopper.send("Change a price and send"), /^Status 200/);

        await page.getByRole("link", { name: "Back to the cart" }).click();
        await page.getByRole("button", { name: "Edit this cart" }).click();
        await shopper.shop.getByText("You are changing a requisition").first().waitFor();
        assert.equal(await quantities.first().inputValue(), String(proposed * 3), "the edit restores the quantity");
        await shopper.cancel();
        await page.getByRole("heading", { level: 1, name: "Nothing was changed" }).waitFor();
        assert.match(await shopper.document("The message"), /<Status code="204"/);
        assert.deepEqual(await shopper.lines(), lines, "the requisition is as it was");

        await page.getByRole("button", { name: "Edit this cart" }).click();
        await quantities.first().fill(String(proposed * 4));
        await shopper.returnCart();
        await shopper.holds();
        const [changed, untouched] = await shopper.lines();
        assert.ok(changed.quantity.replaceAll(",", "").startsWith(`${proposed * 4} `), changed.quantity);
        assert.deepEqual(untouched, lines[1]);

        await page.getByRole("button", { name: "Inspect" }).click();
        await shopper.shop.getByText("Read-only").first().waitFor();
        await shopper.shop.getByText(first, { exact: true }).first().waitFor();
        assert.equal(await shopper.shop.getByRole("textbox", { name: /^Quantity/ }).count(), 0);
        assert.equal(await shopper.shop.getByRole("button", { name: /^(Add|Remove|Update|Return)/ }).count(), 0);
      });
    }

    // With scripts the page is gone as soon as it is there.
    if (!scripts) it("ariba: the return page gives the same bytes however often it is asked for", async () => {
      await shopper.punchOut(BUYERS.ariba);
      await shopper.add("rivet", 1);
      await shopper.openCart();
      await shopper.toReturnPage();
      const field = shopper.shop.locator("form#post input[type=hidden]");
      const first = await field.getAttribute("value");
      const frame = page.frames().find((frame) => frame.url().includes("/return/"));
      await frame.goto(frame.url());
      assert.equal(await field.getAttribute("value"), first);
      await shopper.comeBack();
      await shopper.holds();
      const payload = Buffer.from(first, "base64").toString().match(/payloadID="[^"]+"/)[0];
      assert.ok((await shopper.document("The message")).includes(payload));
    });

    it("ariba: a foreign site gets no page of the shop into its frame", async () => {
      await shopper.punchOut(BUYERS.ariba);
      await shopper.shop.getByLabel("Search the catalogue").waitFor();
      const address = page.frames().find((frame) => frame.url().startsWith(gateway.gateway)).url();
      const foreign = await browser.page();
      const refused = foreign.waitForEvent("framenavigated", (frame) => frame.url().startsWith("chrome-error:"));
      const server = await serve((_, response) => {
        response.setHeader("content-type", "text/html");
        response.end(`<iframe src="${address}"></iframe>`);
      });
      try {
        await foreign.goto(`http://localhost:${server.port}/`);
        await refused;
        assert.equal(await foreign.frameLocator("iframe").getByLabel("Search the catalogue").count(), 0);
      } finally {
        await foreign.close();
        server.stop();
      }
    });

    it("ariba: the shop opens at a product", async () => {
      await shopper.punchOut(BUYERS.ariba);
      const part = await shopper.add("drill", 1);
      await shopper.punchOut(BUYERS.ariba, { part });
      await shopper.shop.getByRole("main").getByText(part, { exact: true }).first().waitFor();
      assert.equal(await shopper.shop.getByRole("main").getByRole("button", { name: /^Add/ }).first().isVisible(), true);
    });

    it("sap: an OCI call, a cart as form fields, an order as cXML", async () => {
      await shopper.punchOut(BUYERS.sap);
      await shopper.callShop();
      const part = await shopper.add("tape", 1);
      await shopper.openCart();
      await shopper.returnCart();
      await shopper.holds();
      const fields = await page.getByRole("group", { name: "Form fields" }).locator("tr").allTextContents();
      assert.ok(fields.includes(`NEW_ITEM-VENDORMAT[1]${part}`), fields.join("\n"));
      assert.ok(fields.includes("~OkCodeADDI"), fields.join("\n"));
      assert.match(await shopper.send("Send the order"), /^Status 200/);
    });

    it("no page set a cookie or showed a secret", async () => {
      await page.goto(`${gateway.buyer}/`);
      const shown = await page.content();
      assert.ok(gateway.secrets.length >= 3);
      for (const secret of gateway.secrets) assert.ok(!shown.includes(secret));
      assert.deepEqual(setCookie, []);
      assert.deepEqual(await browser.context.cookies(), []);
      if (scripts) await accessible(page, "the list of received carts");
    });
  });
}
