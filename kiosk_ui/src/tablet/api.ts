// Talking to the server: JSON both ways, problems as values with a code, silence as its own error.
import { noteServerTime } from "./clock";
import type { Values } from "./types";

const PATIENCE = 8000;

/** The server answered that it does not do this: a status, a stable code, and values for its text. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly values: Values = {},
    /** Seconds after which to try again, where the server said so. */
    readonly retryAfter: number | null = null,
  ) {
    super(code);
  }
}

/** There was no answer: no network, no server, or not in time; or a yes that is not the server's, as of a Wi-Fi's own page. */
export class Unreachable extends Error {}

type Method = "GET" | "PUT" | "POST";

export async function call<T>(method: Method, path: string, body?: unknown, patience?: number): Promise<T> {
  return (await ask(method, path, body, (_, found) => found !== null, patience)) as T;
}

/** Say something to which the server answers no more than that it was done. */
export async function tell(path: string, body: unknown, patience?: number): Promise<void> {
  await ask("POST", path, body, ({ status }) => status === DONE, patience);
}

const DONE = 204;

type Found = Record<string, unknown> | null;

async function ask(
  method: Method,
  path: string,
  body: unknown,
  isYes: (response: Response, found: Found) => boolean,
  patience: number = PATIENCE,
): Promise<Found> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), patience);
  const asked = Date.now();
  try {
    const response = await fetch(path, {
      method,
      signal: limit.signal,
      headers: body === undefined ? { Accept: "application/json" } : JSON_HEADERS,
      credentials: "same-origin",
      cache: "no-store",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const found = parse(await response.text());
    if (!response.ok) throw problemOf(response, found ?? {});
    if (!isYes(response, found)) throw new Unreachable(path);
    if (typeof found?.["server_time"] === "string") noteServerTime(found["server_time"], asked, Date.now());
    return found;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Unreachable(path);
  } finally {
    clearTimeout(timer);
  }
}

const JSON_HEADERS = { Accept: "application/json", "Content-Type": "application/json" };

/** An object as JSON, or nothing that the server ever says. */
function parse(text: string): Found {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && !Array.isArray(found) ? (found as Found) : null;
  } catch {
    return null;
  }
}

function problemOf(response: Response, found: Values): Problem {
  const { code, type, title, status, ...values } = found;
  (void type, void title, void status);
  const seconds = Number(response.headers.get("Retry-After"));
  return new Problem(
    response.status,
    typeof code === "string" ? code : "unexpected",
    values,
    Number.isFinite(seconds) && seconds > 0 ? seconds : null,
  );
}
