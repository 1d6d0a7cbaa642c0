// Whose PIN this tablet can check by itself, where the server is away.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { knownPins } from "../session";
import { offlineSince } from "../store";
import { t } from "../texts";
import type { TabletAccount } from "../types";

/** What to say beside a name whose PIN needs the network now; null where nothing. */
export function useNeedsNetwork(guards: readonly TabletAccount[]): (id: string) => string | null {
  const known = useSignal<ReadonlySet<string> | null>(null);
  const isAway = offlineSince.value !== null;
  useEffect(() => {
    if (isAway) void knownPins().then((found) => (known.value = found));
  }, [isAway, guards]);
  return (id) => (isAway && known.value !== null && !known.value.has(id) ? t("guard.offline.unknown_pin") : null);
}
