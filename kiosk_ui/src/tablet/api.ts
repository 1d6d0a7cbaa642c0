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

/** There was no answer: no network, no server, or not in time. */
export class Unreachable extends Error {}

export async function call<T>(
  method: "GET" | "PUT" | "POST",
  path: string,
  body?: unknown,
  patience: number = PATIENCE,
): Promise<T> {
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
    const text = await response.text();
    const found = parse(text);
    if (!response.ok) throw problemOf(response, found);
    if (typeof found["server_time"] === "string") noteServerTime(found["server_time"], asked, Date.now());
    return found as T;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Unreachable(path);
  } finally {
    clearTimeout(timer);
  }
}

const JSON_HEADERS = { Accept: "application/json", "Content-Type": "application/json" };

function parse(text: string): Record<string, unknown> {
  if (text === "") return {};
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
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
