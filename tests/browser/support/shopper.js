// What a person does, in the virtual buyer and in the shop inside its frame.
import assert from "node:assert/strict";

export class Shopper {
  constructor(page, gateway, { scripts }) {
    this.page = page;
    this.gateway = gateway;
    this.scripts = scripts;
    this.shop = page.frameLocator("iframe[name=shop]");
  }

  /** From the first page of the virtual buyer into the shop. */
  async punchOut(buyer, { part, fault } = {}) {
    await this.page.goto(`${this.gateway.buyer}/`);
    await this.page.getByRole("radio", { name: buyer }).check();
    if (part) await this.page.getByLabel(/Product number/).fill(part);
    if (fault) await this.page.getByLabel("Do one thing wrong").selectOption(fault);
    await this.page.getByRole("button", { name: "Punch out" }).click();
    await this.page.waitForURL(/\/visits\/[0-9a-f]+$/);
  }

  /** Over OCI the browser itself calls the shop: by a script, or by a button. */
  async callShop() {
    if (!this.scripts) await this.page.getByRole("button", { name: "Open the shop in the frame" }).click();
  }

  /** Searches and adds the first product found; its part number. */
  async add(words, linesThen) {
    await this.shop.getByLabel("Search the catalogue").fill(words);
    await this.shop.getByRole("button", { name: "Search" }).click();
    await this.shop.getByRole("heading", { level: 1, name: words }).waitFor();
    const row = this.shop.getByRole("main").getByRole("listitem").filter({ has: this.shop.getByRole("button", { name: /^Add/ }) }).first();
    const part = await row.locator(".part").first().textContent();
    await row.getByRole("button", { name: /^Add/ }).click();
    const lines = linesThen === 1 ? "1 line" : `${linesThen} lines`;
    await this.shop.getByRole("link", { name: `Cart: ${lines}` }).waitFor();
    return part.trim();
  }

  async openCart() {
    await this.shop.getByRole("link", { name: /^Cart:/ }).click();
    await this.shop.getByRole("heading", { level: 1, name: "Cart" }).waitFor();
  }

  /** From the cart over the review to the return, and back at the buyer. */
  async returnCart() {
    await this.toReturnPage();
    await this.comeBack();
  }

  /** From the cart over the review to the page that carries it. */
  async toReturnPage() {
    await this.shop.getByRole("button", { name: /^Return cart/ }).first().click();
    await this.shop.getByRole("heading", { level: 1, name: "Check and return" }).waitFor();
    await this.shop.getByRole("main").getByRole("button", { name: /^Return cart to/ }).click();
  }

  async cancel() {
    await this.shop.getByRole("button", { name: "Cancel, keep my requisition as it was" }).click();
    await this.comeBack();
  }

  /** With scripts nothing more is to be done; without, a button and a link are. */
  async comeBack() {
    if (!this.scripts) {
      await this.shop.getByRole("button", { name: /^Continue to/ }).click();
      await this.shop.getByRole("link", { name: "See what came back" }).click();
    }
    await this.page.waitForURL(/\/visits\/[0-9a-f]+\/cart$/);
  }

  /** Text of a document shown on the page, whether folded or not. */
  document(name) {
    return this.page.getByRole("region", { name: `${name}, whole document`, includeHidden: true }).textContent();
  }

  /** Rows of the table of lines: part, quantity with unit, amount. */
  async lines() {
    const rows = await this.page.getByRole("region", { name: "Lines" }).locator("tbody tr").all();
    return Promise.all(rows.map(async (row) => {
      const [part, , quantity, , amount] = await row.locator("td").allTextContents();
      return { part: part.trim(), quantity: quantity.trim(), amount: amount.trim() };
    }));
  }

  /** Every check of the buyer's side holds. */
  async holds() {
    const checks = await this.page.locator(".checks li").allTextContents();
    assert.ok(checks.length > 3, checks.join("\n"));
    assert.deepEqual(checks.filter((check) => !check.startsWith("Yes:")), []);
  }

  /** Presses a button that sends a document, and reads the verdict. */
  async send(button) {
    await this.page.getByRole("button", { name: button }).click();
    await this.page.waitForURL(/\/orders\/\d+$/);
    return this.page.locator(".lead").first().textContent();
  }
}
