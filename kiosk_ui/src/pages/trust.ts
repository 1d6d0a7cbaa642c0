// Says in words whether this device trusts the server: the page on http asks https for something small, the page on
// https registers a service worker that does nothing, which browsers allow only where no warning was passed over.

import { answers } from "../answers";

type Result = "running" | "trusted" | "untrusted" | "accepted" | "lost";

const place = document.querySelector<HTMLElement>("[data-trust]");

async function registers(): Promise<boolean> {
  try {
    const worker = await navigator.serviceWorker.register("/trust/check.js", { scope: "/trust/" });
    await worker.unregister();
    return true;
  } catch {
    return false;
  }
}

async function test(origin: string): Promise<Result> {
  if (location.protocol === "https:") {
    // A private window may have no service workers at all; then the open page is all that can be known.
    if (!("serviceWorker" in navigator) || (await registers())) return "trusted";
    return (await answers("/trust/check")) ? "accepted" : "lost";
  }
  if (await answers(`${origin}/trust/check`)) return "trusted";
  return (await answers("/trust/check")) ? "untrusted" : "lost";
}

function show(result: Result): void {
  for (const element of place?.querySelectorAll<HTMLElement>("[data-result]") ?? []) {
    element.hidden = element.dataset["result"] !== result;
  }
}

if (place !== null) {
  show("running");
  void test(place.dataset["trust"] ?? "").then(show);
}
