// Every page type of shop and virtual buyer: accessible, no wider than the window, a picture at two widths.
import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { accessible, looked, out } from "./support/audit.js";
import { startChromium } from "./support/chromium.js";
import { startGateway } from "./support/gateway.js";
import { Shopper } from "./support/shopper.js";

describe("pages", () => {
  let gateway, browser, page, shopper;

  before(async () => {
    gateway = await startGateway();
    browser = await startChromium();
    page = await browser.page();
    shopper = new Shopper(page, gateway, { scripts: true });
  });

  after(async () => {
    await browser?.stop();
    await gateway?.stop();
  });

  /** Address of the shop's page in the frame. */
  const shopFrame = () => page.frames().find((frame) => frame.url().startsWith(gateway.gateway));
  const framed = () => shopFrame().url();
  const below = (path) => framed().replace(/(\/s\/[^/]+\/).*$/, `$1${path}`);

  it("of a visit that fills a cart", async () => {
    await shopper.punchOut(/Meridian Motors/);
    await shopper.shop.getByLabel("Search the catalogue").waitFor();
    await looked(browser, framed(), "shop-home");
    await looked(browser, below("cart"), "shop-cart-empty");
    await looked(browser, page.url(), "buyer-visit");
    await shopper.add("gloves", 1);
    await looked(browser, framed(), "shop-results");
    await looked(browser, below("products?q=zzzxqj"), "shop-no-results");
    await shopper.shop.getByRole("main").getByRole("link").filter({ hasText: /glove/i }).first().click();
    await shopper.shop.getByRole("heading", { level: 1, name: /glove/i }).waitFor();
    await looked(browser, framed(), "shop-product");
    await accessible(shopFrame(), "the product in the frame");
    await shopper.shop.getByRole("navigation", { name: "Categories" }).getByRole("link").first().click();
    await shopper.shop.getByRole("navigation", { name: "Where you are" }).waitFor();
    await looked(browser, framed(), "shop-category");
    await picture(framed());
    await shopper.openCart();
    await looked(browser, below("cart"), "shop-cart");
    await looked(browser, below("review"), "shop-review");
    await looked(browser, below("nothing-here"), "shop-lost", { status: 404 });
  });

  it("of a cart that comes back, and of its orders", async () => {
    await shopper.returnCart();
    await looked(browser, page.url(), "buyer-cart");
    await shopper.send("Send the order");
    await looked(browser, page.url(), "buyer-order");
    await looked(browser, `${gateway.buyer}/`, "buyer-home");
    await looked(browser, `${gateway.buyer}/visits/0`, "buyer-lost", { status: 404 });
    await page.goBack();
    await page.getByRole("button", { name: "Edit this cart" }).click();
    await shopper.shop.getByText("You are changing a requisition").first().waitFor();
    await looked(browser, framed(), "shop-edit");
    await page.goBack();
    await page.getByRole("button", { name: "Inspect" }).click();
    await shopper.shop.getByText("Read-only").first().waitFor();
    await looked(browser, framed(), "shop-inspect");
  });

  it("of an OCI call, and of leaving the shop", async () => {
    await shopper.punchOut(/Kessler Werke/);
    await shopper.shop.getByLabel("Search the catalogue").waitFor();
    await looked(browser, page.url(), "buyer-oci-visit");
    await shopper.shop.getByRole("button", { name: /^Leave/ }).first().click();
    await shopper.shop.getByRole("heading", { level: 1, name: "Nothing was sent" }).waitFor();
    await accessible(shopFrame(), "the shop that was left");
  });

  it("of a start link and a visit that never were", async () => {
    for (const path of ["start/AAAA", "s/AAAA/"]) {
      const response = await page.goto(`${gateway.gateway}/${path}`);
      assert.ok(response.status() >= 400, `${path}: ${response.status()}`);
      await accessible(page, path);
    }
  });

  /** The picture in the README; written anew with UPDATE_PICTURE=1. */
  async function picture(address) {
    const window = await browser.page(1280, 800);
    await window.goto(address);
    const file = join(out, "storefront.png");
    await window.screenshot({ path: file });
    await window.close();
    if (process.env.UPDATE_PICTURE) {
      await copyFile(file, fileURLToPath(new URL("../../docs/storefront.png", import.meta.url)));
    }
  }
});
