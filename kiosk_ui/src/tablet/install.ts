// What makes a page an app: the service worker and its updates, the screen that stays on, full screen, the home screen.
import { computed, effect, signal } from "@preact/signals";
import { answers } from "../answers";
import { call } from "./api";
import { current, isBegun } from "./drafts";
import { items, phase, secure } from "./store";
import { CHOICE, LANGUAGE } from "./shell";

/** Chromium's event: kept until somebody wants the app. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

const HOUR = 3_600_000;

/** A newer version is here, and waits to be let in. */
const isWaiting = signal(false);
/** Another tab keeps this tablet's lines in a newer way: this page records nothing before it is loaded again. */
export const isOutdated = signal(false);
/** Offered only while nobody is in the middle of a visitor, whom an outdated page could not record either. */
export const updateOffered = computed(
  () => isOutdated.value || (isWaiting.value && (current.value === null || !isBegun(current.value))),
);
export const installPrompt = signal<InstallPrompt | null>(null);
export const isFull = signal(false);

let registration: ServiceWorkerRegistration | null = null;
let isAsked = false;

/** Keep the page and its files, so that it starts without a server; not on a plain-http name. */
export async function installWorker(language: string): Promise<void> {
  const workers = (navigator as Partial<Navigator>).serviceWorker;
  if (workers === undefined) return;
  await (await caches.open(CHOICE)).put(LANGUAGE, new Response(language));
  let hadOne = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    if (isAsked) location.reload();
    // Another tab let the new version in.
    else if (hadOne) isWaiting.value = true;
    hadOne = true;
  });
  registration = await workers.register("/worker.js", { scope: "/tablet", updateViaCache: "none" });
  isWaiting.value = registration.waiting !== null && registration.active !== null;
  registration.addEventListener("updatefound", () => follow(registration?.installing ?? null));
  follow(registration.installing);
  setInterval(look, HOUR);
  addEventListener("online", look);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
}

function follow(worker: ServiceWorker | null): void {
  worker?.addEventListener("statechange", () => {
    if (worker.state === "installed" && registration?.active) isWaiting.value = true;
  });
}

function look(): void {
  // Without a network there is no newer version either.
  void registration?.update().catch(() => undefined);
}

/** Let the new version in, where there is one; the page is loaded again, and what is unsent is on the disk. */
export function applyUpdate(): void {
  if (!isWaiting.peek() && !isOutdated.peek()) return;
  isAsked = true;
  if (registration?.waiting) registration.waiting.postMessage({ about: "apply" });
  else location.reload();
}

/** Hold the screen on while somebody works; browsers let it go with every look at something else. */
export function keepAwake(): void {
  const screen = (navigator as Partial<Navigator>).wakeLock;
  if (screen === undefined) return;
  let held: WakeLockSentinel | null = null;
  const hold = async (): Promise<void> => {
    if (phase.peek() !== "desk" || document.visibilityState !== "visible" || held?.released === false) return;
    // A low battery, or a setting: the screen goes as it always did.
    held = await screen.request("screen").catch(() => null);
  };
  effect(() => {
    if (phase.value === "desk") void hold();
    else void held?.release();
  });
  document.addEventListener("visibilitychange", () => void hold());
}

/** Hear what the browser offers. */
export function watchOffers(): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    installPrompt.value = event as InstallPrompt;
  });
  addEventListener("appinstalled", () => (installPrompt.value = null));
  document.addEventListener("fullscreenchange", () => (isFull.value = document.fullscreenElement !== null));
}

export async function installApp(): Promise<void> {
  await installPrompt.peek()?.prompt();
  installPrompt.value = null;
}

export const canFill = typeof document !== "undefined" && document.fullscreenEnabled === true;

export async function fillScreen(): Promise<void> {
  if (document.fullscreenElement !== null) return document.exitFullscreen();
  await document.documentElement.requestFullscreen().catch(() => undefined);
}

const safe = signal<string | null>(null);
/** The address at which this tablet may do all; offered once nothing is only here, since each address keeps its own. */
export const safeAddress = computed(() => (safe.value === null || items.value.length > 0 ? null : safe.value));

export async function findSafeAddress(): Promise<void> {
  if (secure.peek()) return;
  const found = await call<{ https: string | null }>("GET", "/api/v1/tls").catch(() => null);
  // A browser that does not trust the certificate would lead into its own warning.
  if (found?.https && (await answers(`${found.https}/trust/check`))) safe.value = `${found.https}/tablet`;
}
