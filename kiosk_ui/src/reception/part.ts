// Parts of pages, asked for by the page's own script: the server's templates are the only ones there are.

/** Asks for a part and returns it parsed. Whoever is no longer logged in is sent to where one logs in. */
export async function ask(address: string, init: RequestInit = {}): Promise<Document | null> {
  const headers = new Headers(init.headers);
  headers.set("gatebook-part", "yes");
  const response = await fetch(address, { ...init, headers, credentials: "same-origin" });
  if (response.redirected && new URL(response.url).pathname === "/login") {
    location.reload();
    return null;
  }
  if (!response.ok && response.status !== 422) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/** Sends a form as the browser would. */
export function send(form: HTMLFormElement, signal?: AbortSignal): Promise<Document | null> {
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value);
  return ask(form.action, { method: "POST", body: typed, ...(signal ? { signal } : {}) });
}

/** Tells whether a failed request was called off by ourselves. */
export function calledOff(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
