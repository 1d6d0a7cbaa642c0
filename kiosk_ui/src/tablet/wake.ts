// When a network may be back, or somebody looks at the tablet again.

/** Call `wake` then; returns how to stop. */
export function onWake(wake: () => void): () => void {
  if (typeof document === "undefined") return () => undefined;
  const stop = new AbortController();
  const seen = (): void => void (document.visibilityState === "visible" && wake());
  for (const name of ["online", "focus", "pageshow"]) addEventListener(name, wake, { signal: stop.signal });
  document.addEventListener("visibilitychange", seen, { signal: stop.signal });
  return () => stop.abort();
}
