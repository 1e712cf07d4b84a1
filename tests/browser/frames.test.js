// Other frames than the plain one: where only cookies of others are blocked, in a sandbox that leaves the shop no origin,
// in a frame of a frame.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { probe, serve, startChromium } from "./support/chromium.js";
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

describe("a frame in a frame, all cookies blocked", () => {
  let gateway, browser, page, received;

  before(async () => {
    gateway = await startGateway();
    browser = await startChromium({ flags: ["--disable-features=LocalNetworkAccessChecks"] });
    page = await browser.page();
    await browser.context.route(`${gateway.buyer}/hook`, async (route) => {
      received.push(route.request());
      await route.fulfill({ contentType: "text/html", body: "<title>landed</title><h1>Your cart has arrived</h1>" });
    });
  });

  after(async () => {
    await browser?.stop();
    assert.equal(await gateway?.stop(), 0, "the demo stops cleanly");
  });

  /** The portal frames a page of its own, and that the shop, which it calls over OCI. */
  async function enter(returntarget, outside = `${gateway.buyer}/portal`) {
    received = [];
    const fields = {
      USERNAME: "werkstatt", PASSWORD: gateway.ociPassword, HOOK_URL: `${gateway.buyer}/hook`, "~OkCode": "ADDI", returntarget,
    };
    const inputs = Object.entries(fields).map(([name, value]) => `<input type=hidden name="${name}" value="${value}">`);
    const pages = {
      portal: `<title>portal</title><iframe name=inner width=1000 height=760 src="${gateway.buyer}/inner"></iframe>`,
      inner: `<title>inner</title><iframe name=shop width=900 height=700></iframe>
        <form id=call method=post target=shop action="${gateway.gateway}/oci/kessler-srm">${inputs.join("")}</form>
        <script>document.getElementById("call").submit()</script>`,
    };
    await browser.context.unroute(/\/(portal|inner)$/);
    await browser.context.route(/\/(portal|inner)$/, (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      return route.fulfill({ body: `<!DOCTYPE html><meta charset=utf-8>${pages[name]}`, contentType: "text/html" });
    });
    await page.goto(outside);
    return page.frameLocator("iframe[name=inner]").frameLocator("iframe[name=shop]");
  }

  async function fillAndReturn(shop) {
    await shop.getByLabel("Search the catalogue").fill("tape");
    await shop.getByRole("button", { name: "Search" }).click();
    await shop.getByRole("heading", { level: 1, name: "tape" }).waitFor();
    await shop.getByRole("button", { name: /^Add/ }).first().click();
    await shop.getByRole("link", { name: "Cart: 1 line" }).click();
    await shop.getByRole("button", { name: /^Return cart/ }).first().click();
    await shop.getByRole("main").getByRole("button", { name: /^Return cart to/ }).click();
  }

  it("a cart comes back into the inmost frame", async () => {
    const shop = await enter("_self");
    await fillAndReturn(shop);
    await shop.getByRole("heading", { name: "Your cart has arrived" }).waitFor();
    assert.equal(await page.title(), "portal", "the frames around it stay");
    assert.match(received[0].postData(), /NEW_ITEM-VENDORMAT/);
    assert.deepEqual(await browser.context.cookies(), []);
  });

  it("_top takes the whole window", async () => {
    await fillAndReturn(await enter("_top"));
    await page.waitForURL(/\/hook$/);
    assert.equal(received.length, 1);
  });

  it("_parent is no way out where the parent is not the window: nothing is sent, the page with the button stays", async () => {
    const shop = await enter("_parent");
    await fillAndReturn(shop);
    await shop.getByText("If nothing happens, use the button.").waitFor();
    assert.equal(await shop.getByRole("button", { name: /^Continue to/ }).isEnabled(), true);
    assert.deepEqual([received.length, await page.title()], [0, "portal"]);
  });

  it("a foreign site around the buyer's page gets nothing of the shop", async () => {
    const foreign = await serve((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<title>foreign</title><iframe name=inner src="${gateway.buyer}/inner"></iframe>`);
    });
    try {
      const refused = page.waitForEvent("framenavigated", (frame) => frame.name() === "shop" && frame.url().startsWith("chrome-error:"));
      const shop = await enter("_self", `http://localhost:${foreign.port}/around`);
      await refused;
      assert.equal(await shop.getByLabel("Search the catalogue").count(), 0);
    } finally {
      foreign.stop();
    }
  });
});
