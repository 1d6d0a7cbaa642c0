// The guard's tablet: drawn into #tablet, in the language of the page.
import { render } from "preact";
import { startClock } from "./clock";
import { keepDrafts } from "./draftbox";
import { watchIdle } from "./idle";
import { findSafeAddress, installWorker, keepAwake, watchOffers } from "./install";
import { listenToKeys } from "./keys";
import { watchActivity } from "./lock";
import { watchRush } from "./rush";
import { start } from "./session";
import { watchSettings } from "./settings";
import { locked, phase } from "./store";
import { loadTexts, t } from "./texts";
import { openVault } from "./vault";
import { Desk } from "./views/desk";
import { Duty, Locked, Pairing, Plain } from "./views/duty";

function Tablet() {
  switch (phase.value) {
    case "starting":
      return <Plain title={t("guard.title")} text={t("guard.starting")} />;
    case "blocked":
      return <Plain title={t("guard.blocked.title")} text={t("guard.blocked.text")} />;
    case "broken":
      return <Plain title={t("guard.broken.title")} text={t("guard.broken.text")} />;
    case "unreachable":
      return <Plain title={t("guard.unreachable.title")} text={t("guard.unreachable.text")} />;
    case "pairing":
      return <Pairing />;
    case "duty":
      return <Duty />;
    case "desk":
      return locked.value ? <Locked /> : <Desk />;
  }
}

async function begin(): Promise<void> {
  await loadTexts(document.documentElement.lang);
  const root = document.getElementById("tablet");
  if (root === null) return;
  startClock();
  watchActivity();
  watchSettings();
  watchIdle();
  watchRush();
  watchOffers();
  keepAwake();
  listenToKeys();
  render(<Tablet />, root);
  // Where the browser keeps nothing, half-typed visitors live as long as the page.
  const vault = openVault();
  void vault.then(keepDrafts).catch(() => undefined);
  try {
    await start(vault);
  } catch {
    // Without a place to keep lines in, nothing may be recorded here.
    phase.value = "broken";
  }
  void findSafeAddress();
  // Last, so that it takes nothing from the first paint; where it fails the page works on as a page.
  await installWorker(document.documentElement.lang).catch(() => undefined);
}

void begin();
