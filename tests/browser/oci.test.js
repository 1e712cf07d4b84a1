// OCI in Chromium: the shop in the buyer's frame, a receiver that redirects to another host, the charset of the form.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { serve, startChromium } from "./support/chromium.js";
import { startGateway } from "./support/gateway.js";

describe("OCI", () => {
  let gateway, browser, page, landing, received;
  let slowness = 0;
  let staysHere = false;

  before(async () => {
    gateway = await startGateway();
    // A page that a test makes up has no address; without this flag Chromium takes it for a public one that reaches
    // for this machine.
    browser = await startChromium({ flags: ["--disable-features=LocalNetworkAccessChecks"] });
    page = await browser.page();
    landing = await serve((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end("<title>landed</title><h1>Your cart has arrived</h1>");
    });
    // The buyer's system: a page with a frame, and a hook that answers with a redirect to another host.
    await browser.context.route(`${gateway.buyer}/hook*`, async (route) => {
      received.push(route.request());
      if (staysHere) return route.fulfill({ status: 204 });
      const location = `http://localhost:${landing.port}/landed`;
      if (received.length === 1) await new Promise((resolve) => setTimeout(resolve, slowness));
      // Who sent again waits for the first answer no more.
      await route.fulfill({ status: 302, headers: { location } }).catch(() => {});
    });
  });

  after(async () => {
    landing?.stop();
    await browser?.stop();
    await gateway?.stop();
  });

  /** Opens the buyer's page, which calls the shop into its frame. */
  async function call(more) {
    received = [];
    const fields = {
      USERNAME: "werkstatt", PASSWORD: gateway.ociPassword, HOOK_URL: `${gateway.buyer}/hook?session=7`, ...more,
    };
    const inputs = Object.entries(fields).map(([name, value]) => `<input type=hidden name="${name}" value="${value}">`);
    const body = `<!DOCTYPE html><meta charset=utf-8><title>buyer</title>
      <form id=call method=post target=shop action="${gateway.gateway}/oci/kessler-srm">${inputs.join("")}</form>
      <iframe name=shop width=900 height=700></iframe><script>document.getElementById("call").submit()</script>`;
    await browser.context.route(`${gateway.buyer}/portal`, (route) => route.fulfill({ body, contentType: "text/html" }));
    await page.goto(`${gateway.buyer}/portal`);
    await browser.context.unroute(`${gateway.buyer}/portal`);
    return page.frameLocator("iframe[name=shop]");
  }

  /** Waits until the cart is at the hook. */
  async function arrives() {
    for (let waited = 0; received.length === 0; waited += 50) {
      if (waited > 15_000) assert.fail(`no cart came; the frame shows: ${await page.frameLocator("iframe[name=shop]").locator("body").innerText()}`);
      await page.waitForTimeout(50);
    }
  }

  /** The fields of a POST, its octets read as the charset says. */
  function posted(charset) {
    assert.equal(received.length, 1);
    assert.equal(received[0].method(), "POST");
    const text = (raw) => {
      const octets = raw.replaceAll("+", " ").replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
      return new TextDecoder(charset, { fatal: true }).decode(Buffer.from(octets, "latin1"));
    };
    return Object.fromEntries(received[0].postData().split("&").map((pair) => pair.split("=").map(text)));
  }

  async function shopAndReturn(shop) {
    await shop.getByLabel("Search the catalogue").fill("tape");
    await shop.getByRole("button", { name: "Search" }).click();
    await shop.getByRole("heading", { level: 1, name: "tape" }).waitFor();
    await shop.getByRole("button", { name: /^Add/ }).first().click();
    await shop.getByRole("link", { name: "Cart: 1 line" }).click();
    // The page before has such a button too.
    await shop.getByRole("heading", { level: 1, name: "Cart" }).waitFor();
    await shop.getByRole("button", { name: /^Return cart/ }).first().click();
    await shop.getByRole("heading", { level: 1, name: "Check and return" }).waitFor();
    await shop.getByRole("main").getByRole("button", { name: /^Return cart to/ }).click();
  }

  it("a cart goes from the frame to a hook that redirects to another host", async () => {
    const shop = await call({ "~TARGET": "_self", "~OkCode": "ADDI", http_content_charset: "utf-8" });
    await shopAndReturn(shop);
    await shop.getByRole("heading", { name: "Your cart has arrived" }).waitFor();
    assert.ok(received[0].url().endsWith("/hook?session=7"), received[0].url());
    const fields = posted("utf-8");
    assert.equal(fields["~OkCode"], "ADDI");
    assert.ok(fields["NEW_ITEM-VENDORMAT[1]"], JSON.stringify(fields));
    const headers = await received[0].allHeaders();
    assert.ok(!/s\/|PASSWORD/.test(headers.referer?.replace(/^https?:\/\//, "") ?? ""), headers.referer);
  });

  it("a slow hook: the shopper presses the button once more, and the same cart goes", async () => {
    // A frame on its way elsewhere cannot be looked into: where its button is, is seen where the hook answers nothing.
    const same = { "~TARGET": "_self", "~OkCode": "ADDI" };
    staysHere = true;
    const stays = await call(same);
    await shopAndReturn(stays);
    await arrives();
    const { x, y, width, height } = await stays.getByRole("button", { name: /^Continue to/ }).boundingBox();
    staysHere = false;
    const shop = await call(same);
    slowness = 15_000;
    try {
      await shopAndReturn(shop);
      await arrives();
      await page.mouse.click(x + width / 2, y + height / 2);
      await page.waitForTimeout(4_000);
      assert.equal(received.length, 1, "a press at once sends nothing");
      await page.mouse.click(x + width / 2, y + height / 2);
      await shop.getByRole("heading", { name: "Your cart has arrived" }).waitFor();
    } finally {
      slowness = 0;
    }
    const sent = received.map((request) => request.postData());
    assert.deepEqual(sent, [sent[0], sent[0]], "to the octet");
    assert.ok(sent[0].includes("NEW_ITEM-VENDORMAT"));
  });

  it("_top takes the buyer's whole window", async () => {
    const shop = await call({ returntarget: "_top", "~TARGET": "_self" });
    await shopAndReturn(shop);
    await page.waitForURL(/\/landed$/);
    assert.equal(await page.title(), "landed");
  });

  it("a form in ISO-8859-1 holds octets of ISO-8859-1 and no character reference", async () => {
    const shop = await call({ "~TARGET": "_self", http_content_charset: "iso-8859-1", "NEW_ITEM-CUST_FIELD5": "Müller & Söhne", "NEW_ITEM-CUST_FIELD4": "5 €" });
    await shopAndReturn(shop);
    await shop.getByRole("heading", { name: "Your cart has arrived" }).waitFor();
    assert.ok(received[0].postData().includes("M%FCller"), received[0].postData());
    const fields = posted("iso-8859-1");
    assert.equal(fields["NEW_ITEM-CUST_FIELD5[1]"], "Müller & Söhne");
    assert.ok(!Object.values(fields).some((value) => /&#\d+;/.test(value)), JSON.stringify(fields));
    assert.equal(fields["NEW_ITEM-CUST_FIELD4[1]"], undefined, "a value that it cannot write is left out");
  });

  it("VALIDATE sends itself, BACKGROUND_SEARCH waits for its button", async () => {
    const found = await call({ FUNCTION: "BACKGROUND_SEARCH", SEARCHSTRING: "tape", returntarget: "_self" });
    const button = found.getByRole("button", { name: "Take these products over" });
    await button.waitFor();
    await page.waitForTimeout(500);
    assert.equal(received.length, 0);
    await button.click();
    await found.getByRole("heading", { name: "Your cart has arrived" }).waitFor();
    const product = posted("utf-8")["NEW_ITEM-EXT_PRODUCT_ID[1]"] ?? posted("iso-8859-1")["NEW_ITEM-EXT_PRODUCT_ID[1]"];
    const quantity = posted("utf-8")["NEW_ITEM-QUANTITY[1]"];
    const checked = await call({ FUNCTION: "VALIDATE", PRODUCTID: product, QUANTITY: quantity, returntarget: "_self" });
    await checked.getByRole("heading", { name: "Your cart has arrived" }).waitFor();
    assert.equal(posted("utf-8")["NEW_ITEM-EXT_PRODUCT_ID[1]"], product);
    const gone = await call({ FUNCTION: "VALIDATE", PRODUCTID: "NO-SUCH", returntarget: "_self" });
    await gone.getByText("This product cannot be ordered").waitFor();
    assert.equal(received.length, 0);
  });
});
