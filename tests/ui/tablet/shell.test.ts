import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { cacheOf, CHOICE, file, keep, kindOf, page, type Shell, sweep } from "../../../kiosk_ui/src/tablet/shell";

const ORIGIN = "https://cong.gatebook.test:8443";
const ENTRY = "/static/build/tablet-AAAA.js";
const FONT = "/static/build/fonts/inter-BBBB.woff2";
const SHELL: Shell = {
  version: "ONE",
  entry: ENTRY,
  files: ["/tablet?lang=vi", "/tablet?lang=en", "/tablet.webmanifest?lang=vi", ENTRY, FONT],
};
const NEXT: Shell = { ...SHELL, version: "TWO" };

/** What a browser's cache does, as far as the worker asks for it. */
class Kept {
  readonly values = new Map<string, Response>();
  match = (asked: string): Promise<Response | undefined> => Promise.resolve(this.values.get(at(asked))?.clone());
  put = (asked: string, response: Response): Promise<void> => {
    this.values.set(at(asked), response);
    return Promise.resolve();
  };
}

class Storage {
  readonly caches = new Map<string, Kept>();
  keys = (): Promise<string[]> => Promise.resolve([...this.caches.keys()]);
  delete = (name: string): Promise<boolean> => Promise.resolve(this.caches.delete(name));
  open = (name: string): Promise<Kept> => {
    const found = this.caches.get(name) ?? new Kept();
    this.caches.set(name, found);
    return Promise.resolve(found);
  };
  match = async (asked: string): Promise<Response | undefined> => {
    for (const cache of this.caches.values()) {
      const found = await cache.match(asked);
      if (found) return found;
    }
    return undefined;
  };
}

const at = (asked: string): string => new URL(asked, ORIGIN).href;
let storage: Storage & CacheStorage;

beforeEach(() => (storage = new Storage() as unknown as Storage & CacheStorage));

/** A server of one version; `odd` answers otherwise at some addresses. */
function server(odd: Readonly<Record<string, () => Response>> = {}, entry = ENTRY) {
  const asked: [string, RequestInit][] = [];
  const fetcher = (path: string, how: RequestInit): Promise<Response> => {
    asked.push([path, how]);
    const isPage = path.startsWith("/tablet?");
    const headers = { "Content-Type": isPage ? "text/html; charset=utf-8" : "text/javascript" };
    const text = isPage ? `<html lang="${path.slice(-2)}"><script src="${entry}">` : path;
    return Promise.resolve(odd[path]?.() ?? new Response(text, { headers }));
  };
  return { asked, fetcher };
}

const asks = (url: string, mode = "cors", method = "GET") => kindOf({ method, mode, url: at(url) }, ORIGIN, SHELL.files);

test("the page, its files, fonts and icons are the worker's, and nothing else is", () => {
  assert.equal(asks("/tablet", "navigate"), "page");
  assert.equal(asks("/tablet?lang=en", "navigate"), "page");
  assert.equal(asks(ENTRY, "no-cors"), "file");
  assert.equal(asks("/static/icon-192.png"), "file");
  assert.equal(asks("/tablet.webmanifest?lang=vi"), "file");
  for (const path of ["/api/v1/tablet/snapshot", "/api/v1/feed", "/worker.js", "/log", "/", "/tablet"]) {
    assert.equal(asks(path), "network", path);
  }
  for (const path of ["/log", "/tablet/other", "/tablets", "/trust", "/g/abc"]) {
    assert.equal(asks(path, "navigate"), "network", path);
  }
});

test("what changes something, and what is another server's, goes to the network untouched", () => {
  assert.equal(asks("/tablet", "navigate", "POST"), "network");
  assert.equal(asks("/api/v1/commands/1", "cors", "PUT"), "network");
  assert.equal(asks("https://elsewhere.test/static/icon-192.png"), "network");
  assert.equal(asks("http://cong.gatebook.test:8443/tablet", "navigate"), "network");
});

test("all files of a version are kept, asked for without cookies", async () => {
  const { asked, fetcher } = server();
  await keep(SHELL, storage, fetcher);
  const kept = storage.caches.get(cacheOf("ONE"));
  assert.deepEqual([...(kept?.values.keys() ?? [])].sort(), SHELL.files.map(at).sort());
  assert.ok(asked.every(([, how]) => how.credentials === "omit"));
});

const BAD: Readonly<Record<string, () => Response>> = {
  "a file that is gone": () => new Response("", { status: 404 }),
  "a server that is busy": () => new Response("", { status: 503 }),
  "a page that something between put there": () => new Response("<html>", { headers: { "Content-Type": "text/html" } }),
};

for (const [what, odd] of Object.entries(BAD)) {
  test(`${what} ends a new version, and the old one stays`, async () => {
    await keep(SHELL, storage, server().fetcher);
    await assert.rejects(keep(NEXT, storage, server({ [FONT]: odd }).fetcher));
    assert.deepEqual(await storage.keys(), [cacheOf("ONE")]);
    assert.ok(await page(at("/tablet"), SHELL, storage));
  });
}

test("a page of another version than its files is not taken in", async () => {
  await assert.rejects(keep(SHELL, storage, server({}, "/static/build/tablet-CCCC.js").fetcher));
  assert.deepEqual(await storage.keys(), []);
});

test("a lost connection ends a new version too", async () => {
  const fetcher = (path: string, how: RequestInit): Promise<Response> =>
    path === FONT ? Promise.reject(new TypeError("Failed to fetch")) : server().fetcher(path, how);
  await assert.rejects(keep(SHELL, storage, fetcher), TypeError);
  assert.deepEqual(await storage.keys(), []);
});

test("older versions go, what is not the worker's stays", async () => {
  await keep(SHELL, storage, server().fetcher);
  await keep(NEXT, storage, server().fetcher);
  await storage.open(CHOICE);
  await storage.open("another's");
  await sweep(NEXT, storage);
  assert.deepEqual((await storage.keys()).sort(), ["another's", CHOICE, cacheOf("TWO")].sort());
});

test("a page that is still open finds the files of its older version", async () => {
  await keep(SHELL, storage, server().fetcher);
  const newer = { ...NEXT, files: ["/static/build/tablet-CCCC.js"] };
  await keep(newer, storage, server().fetcher);
  assert.equal(await (await file(at(ENTRY), newer, storage))?.text(), ENTRY);
  assert.equal(await file(at("/static/other.png"), newer, storage), undefined);
});

test("the page comes in the language that was asked for, and stays in it", async () => {
  await keep(SHELL, storage, server().fetcher);
  const language = async (url: string) => (await (await page(at(url), SHELL, storage))?.text())?.slice(12, 14);
  assert.equal(await language("/tablet"), "vi");
  assert.equal(await language("/tablet?lang=en"), "en");
  assert.equal(await language("/tablet"), "en");
  assert.equal(await language("/tablet?lang=xx"), "vi");
  assert.equal(await language("/tablet"), "en");
});

test("where nothing is kept there is no answer, and the network is asked", async () => {
  assert.equal(await page(at("/tablet"), SHELL, storage), undefined);
});
