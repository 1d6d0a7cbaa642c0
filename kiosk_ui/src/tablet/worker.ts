// The service worker: the tablet starts without a server. What it keeps and answers is in shell.ts; build.mjs puts the
// list of files in. A new version waits until somebody at the tablet lets it in, or until no page is open.
import { type Asked, file, keep, kindOf, page, type Shell, sweep } from "./shell";

declare const SHELL: Shell;

/** The part of ServiceWorkerGlobalScope that is used: a page's types don't know it. */
interface Scope {
  readonly clients: { claim(): Promise<void>; matchAll(how: object): Promise<readonly unknown[]> };
  readonly location: Location;
  skipWaiting(): Promise<void>;
  addEventListener(kind: "install" | "activate", heard: (event: Lasting) => void): void;
  addEventListener(kind: "fetch", heard: (event: Fetching) => void): void;
  addEventListener(kind: "message", heard: (event: MessageEvent<{ about?: string } | null>) => void): void;
}

interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetching extends Lasting {
  readonly request: Request & Asked;
  respondWith(answer: Promise<Response>): void;
}

const worker = globalThis as unknown as Scope;

worker.addEventListener("install", (event) => event.waitUntil(keep(SHELL, caches, (path, how) => fetch(path, how))));

worker.addEventListener("activate", (event) => event.waitUntil(Promise.all([worker.clients.claim(), tidy()])));

worker.addEventListener("message", (event) => {
  if (event.data?.about === "apply") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const kind = kindOf(request, worker.location.origin, SHELL.files);
  if (kind === "network") return;
  event.respondWith(answer(kind, request));
  if (kind === "page") event.waitUntil(tidy());
});

async function answer(kind: "page" | "file", request: Request): Promise<Response> {
  const kept = kind === "page" ? page : file;
  return (await kept(request.url, SHELL, caches).catch(() => undefined)) ?? fetch(request);
}

/** While a page of an older version may be open, its files stay. */
async function tidy(): Promise<void> {
  const open = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (open.length <= 1) await sweep(SHELL, caches);
}
