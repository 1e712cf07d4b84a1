// A demo gateway of its own for a test file: free ports, a data folder that is gone afterwards.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../../target/release/punchgate", import.meta.url));
const program = process.env.PUNCHGATE_BIN || built;
// The program takes variables of this name as settings, and refuses those that it does not know.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PUNCHGATE_")));

/** Starts it: `{ buyer, operator, gateway, ociPassword, secrets, stop }`; addresses without a slash at the end. */
export async function startGateway() {
  const data = await mkdtemp(join(tmpdir(), "punchgate-browser-"));
  const free = ["--listen", "--operator-listen", "--buyer-listen"].flatMap((name) => [name, "127.0.0.1:0"]);
  const child = spawn(program, ["demo", ...free, "--data", data], { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const said = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line.includes("Ctrl-C")) break;
  }
  const address = (what) => {
    const line = said.find((line) => line.trim().startsWith(what));
    if (!line) throw new Error(`the demo did not say where ${what} is:\n${said.join("\n")}`);
    return line.match(/http:\/\/[^/\s]+/)[0];
  };
  const files = await readdir(join(data, "buyers"));
  const texts = await Promise.all(files.map((file) => readFile(join(data, "buyers", file), "utf8")));
  return {
    buyer: address("Virtual buyer"),
    operator: address("Operator"),
    gateway: address("Gateway"),
    // What the OCI buyer's calls prove themselves with.
    ociPassword: texts.join("\n").match(/name = "PASSWORD", value = "([^"]+)"/)[1],
    // No page may show one of these.
    secrets: texts.flatMap((text) => [...text.matchAll(/^secret = "([^"]+)"/gm)].map((found) => found[1])),
    async stop() {
      child.kill("SIGINT");
      const [code] = await ended;
      await rm(data, { recursive: true, force: true });
      return code;
    },
  };
}
