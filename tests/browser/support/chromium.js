// Debian's Chromium, started by hand: a test library's own launch options switch storage partitioning and other
// protections off, and what is to be proved here is that the round works with them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const program = process.env.CHROMIUM_BIN || "/usr/bin/chromium";
const BLOCK = 2;

/**
 * A browser that takes no cookie at all, or with `cookies: "own"` those of the page in the window but none of a frame
 * from elsewhere; with `scripts: false` it runs no script either.
 */
export async function startChromium({ scripts = true, cookies = "none", flags: more = [] } = {}) {
  const profile = await mkdtemp(join(tmpdir(), "punchgate-chromium-"));
  await mkdir(join(profile, "Default"));
  const settings = { ...(cookies === "none" ? { cookies: BLOCK } : {}), ...(scripts ? {} : { javascript: BLOCK }) };
  const preferences = { profile: { default_content_setting_values: settings, cookie_controls_mode: 1 } };
  await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  const flags = [
    "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-device-scale-factor=1", "--hide-scrollbars",
    "--remote-debugging-port=0", `--user-data-dir=${profile}`,
    ...(process.getuid() === 0 ? ["--no-sandbox"] : []),
    ...more,
  ];
  const child = spawn(program, [...flags, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  let endpoint;
  for await (const line of createInterface({ input: child.stderr })) {
    endpoint = line.match(/DevTools listening on (\S+)/)?.[1];
    if (endpoint) break;
  }
  if (!endpoint) throw new Error(`${program} did not start`);
  child.stderr.resume();
  const browser = await chromium.connectOverCDP(endpoint);
  const [context] = browser.contexts();
  context.setDefaultTimeout(20_000);
  return {
    context,
    async page(width = 1280, height = 900) {
      const page = await context.newPage();
      await page.setViewportSize({ width, height });
      return page;
    },
    async stop() {
      await browser.close();
      child.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A server on loopback for one small page, or for what `answer` says. */
export async function serve(answer) {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What the browser really does, asked of a server that sets a cookie and a page that runs a script. */
export async function probe(page) {
  const cookies = [];
  const server = await serve((request, response) => {
    if (request.url !== "/favicon.ico") cookies.push(request.headers.cookie ?? "");
    response.setHeader("set-cookie", "probe=1; Path=/");
    response.setHeader("content-type", "text/html");
    response.end("<title>still</title><script>document.title = 'ran'</script>");
  });
  const address = `http://127.0.0.1:${server.port}/`;
  await page.goto(address);
  await page.goto(`${address}again`);
  const title = await page.title();
  server.stop();
  return { cookies, runsScripts: title === "ran" };
}
