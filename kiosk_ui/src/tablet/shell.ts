// What the service worker keeps and answers, apart from the browser's events: the tablet's page in both languages, its
// scripts, styles, fonts and icons. None of them says anything about anybody. All else goes to the network untouched.

/** The build's list of addresses, in this version; `entry` is the script that a page of this version loads. */
export interface Shell {
  readonly version: string;
  readonly entry: string;
  readonly files: readonly string[];
}

export interface Asked {
  readonly method: string;
  readonly mode: string;
  readonly url: string;
}

export type Fetcher = (path: string, how: RequestInit) => Promise<Response>;

export const PAGE = "/tablet";
/** Where the reader's language is kept: the page's own cookie is not for scripts, and not sent while there is no server. */
export const CHOICE = "gatebook-choice";
export const LANGUAGE = "/tablet/language";
const PREFIX = "gatebook-shell-";

export function cacheOf(version: string): string {
  return PREFIX + version;
}

/** Whether a request is for the page, for one of its files, or nothing of the worker's. */
export function kindOf(asked: Asked, origin: string, files: readonly string[]): "page" | "file" | "network" {
  const url = new URL(asked.url);
  if (asked.method !== "GET" || url.origin !== origin) return "network";
  if (asked.mode === "navigate") return url.pathname === PAGE ? "page" : "network";
  return url.pathname.startsWith("/static/") || files.includes(url.pathname + url.search) ? "file" : "network";
}

/** Keep all files of a version, or none of them: a version that breaks halfway leaves the one before it at work. */
export async function keep(shell: Shell, storage: CacheStorage, fetcher: Fetcher): Promise<void> {
  const name = cacheOf(shell.version);
  const cache = await storage.open(name);
  try {
    await Promise.all(
      shell.files.map(async (path) => {
        // Without cookies: a page that is fetched to be kept changes nobody's language.
        const response = await fetcher(path, { cache: "no-cache", credentials: "omit" });
        await check(path, response.clone(), shell);
        await cache.put(path, response);
      }),
    );
  } catch (error) {
    await storage.delete(name);
    throw error;
  }
}

/** A server that was changed meanwhile, or something between that answers with a page of its own, is not taken in. */
async function check(path: string, response: Response, shell: Shell): Promise<void> {
  const isPage = path.startsWith(`${PAGE}?`);
  const isHtml = (response.headers.get("Content-Type") ?? "").startsWith("text/html");
  const fits = response.ok && !response.redirected && isHtml === isPage;
  if (!fits || (isPage && !(await response.text()).includes(shell.entry))) throw new Error(`${path} is not this version's`);
}

/** Remove what older versions kept. */
export async function sweep(shell: Shell, storage: CacheStorage): Promise<void> {
  const names = await storage.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== cacheOf(shell.version));
  await Promise.all(old.map((name) => storage.delete(name)));
}

/** The page in the language that the address asks for, else the one chosen before; undefined where it is not kept. */
export async function page(url: string, shell: Shell, storage: CacheStorage): Promise<Response | undefined> {
  const asked = new URL(url).searchParams.get("lang");
  const choice = await storage.open(CHOICE);
  const language = asked ?? (await (await choice.match(LANGUAGE))?.text()) ?? "vi";
  if (asked === "vi" || asked === "en") await choice.put(LANGUAGE, new Response(asked));
  const cache = await storage.open(cacheOf(shell.version));
  return cache.match(`${PAGE}?lang=${language === "en" ? "en" : "vi"}`, { ignoreVary: true });
}

/** A file of this version, or of an older one whose page is still open. */
export async function file(url: string, shell: Shell, storage: CacheStorage): Promise<Response | undefined> {
  const cache = await storage.open(cacheOf(shell.version));
  return (await cache.match(url, { ignoreVary: true })) ?? storage.match(url, { ignoreVary: true });
}
