// The list: who needs me, oldest first, and the field that everything typed or scanned goes to.
import { clearSearch, enterTyped, found, said, slip, steppedAside, tab, type Tab, typed, usual } from "../desk";
import { places } from "../keys";
import { inside, resting, type ShownVisit, waiting } from "../store";
import { t } from "../texts";
import { Icon } from "./icon";
import { DraftRow, EmployeeRow, FoundRow, VisitRow } from "./row";

export function Queue() {
  return (
    <section class="queue" aria-label={t("guard.queue.label")}>
      <Search />
      {typed.value.trim() === "" ? <Tabs /> : null}
      {typed.value.trim() === "" ? <Chosen /> : <Results />}
    </section>
  );
}

function Search() {
  return (
    <div class="queue-find" role="search">
      <label class="search">
        <Icon name="scan-line" />
        <span class="sr-only">{t("guard.find.label")}</span>
        <input
          type="text"
          value={typed.value}
          placeholder={t("guard.find.placeholder")}
          autocomplete="off"
          spellcheck={false}
          enterKeyHint="search"
          maxLength={60}
          ref={(input) => void (places.search = input)}
          onInput={(event) => ((typed.value = event.currentTarget.value), (said.value = ""))}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.isComposing) {
              event.currentTarget.blur();
              enterTyped(event.currentTarget.value);
            } else if (event.key === "Escape") clearSearch();
          }}
        />
      </label>
      {typed.value === "" ? (
        <button
          type="button"
          class="button button-plain square"
          aria-label={t("guard.new.open")}
          onClick={() => (slip.value = { shows: "kinds" })}
        >
          <Icon name="plus" />
        </button>
      ) : (
        <button
          type="button"
          class="button button-plain square"
          aria-label={t("guard.find.clear")}
          onClick={clearSearch}
        >
          <Icon name="x" />
        </button>
      )}
    </div>
  );
}

function Tabs() {
  const stepped = steppedAside.value.filter((draft) => draft.source.from === "visit").length;
  const counts: readonly (readonly [Tab, string, number])[] = [
    ["waiting", t("guard.tab.waiting"), waiting.value.length - stepped],
    ["resting", t("guard.tab.resting"), resting.value.length + steppedAside.value.length],
    ["inside", t("guard.tab.inside"), inside.value.length],
  ];
  return (
    <div class="tabs" role="tablist" aria-label={t("guard.queue.label")} onKeyDown={(event) => byArrow(event)}>
      {counts.map(([name, word, count]) => (
        <button
          key={name}
          type="button"
          role="tab"
          class="tab"
          id={`tab-${name}`}
          aria-selected={tab.value === name}
          aria-controls="queue-list"
          tabIndex={tab.value === name ? 0 : -1}
          onClick={() => (tab.value = name)}
        >
          {word} <span class="tab-count">{count}</span>
        </button>
      ))}
    </div>
  );
}

const ORDER: readonly Tab[] = ["waiting", "resting", "inside"];

function byArrow(event: KeyboardEvent): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (step === 0) return;
  const next = ORDER[(ORDER.indexOf(tab.value) + step + ORDER.length) % ORDER.length] ?? "waiting";
  tab.value = next;
  document.getElementById(`tab-${next}`)?.focus();
}

function Chosen() {
  return (
    <div
      class="queue-list"
      key={tab.value}
      id="queue-list"
      role="tabpanel"
      aria-labelledby={`tab-${tab.value}`}
      tabIndex={-1}
    >
      {tab.value === "waiting" ? <Waiting /> : tab.value === "resting" ? <Resting /> : <Inside />}
    </div>
  );
}

function Waiting() {
  const apart = new Set(steppedAside.value.map((draft) => draft.source.id));
  const here = waiting.value.filter((visit) => !apart.has(visit.id) && !followsAnother(visit));
  return (
    <>
      {here.length > 0 ? (
        <ul>
          {here.map((visit) => (
            <VisitRow key={visit.id} visit={visit} />
          ))}
        </ul>
      ) : (
        <p class="queue-empty">{t("guard.queue.nobody_waits")}</p>
      )}
      {usual.value.length > 0 ? (
        <>
          <h2 class="queue-head">{t("guard.queue.usual")}</h2>
          <ul>
            {usual.value.map((employee) => (
              <EmployeeRow key={employee.id} employee={employee} />
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}

/** A group is one row: whoever declared stands for it. */
function followsAnother(visit: ShownVisit): boolean {
  return waiting.value.some((other) => other.id === visit.companion_of);
}

function Resting() {
  if (resting.value.length + steppedAside.value.length === 0) {
    return <p class="queue-empty">{t("guard.queue.nobody_rests")}</p>;
  }
  return (
    <ul>
      {steppedAside.value.map((draft) => (
        <DraftRow key={draft.key} draft={draft} />
      ))}
      {resting.value.map((visit) => (
        <VisitRow key={visit.id} visit={visit} />
      ))}
    </ul>
  );
}

function Inside() {
  if (inside.value.length === 0) return <p class="queue-empty">{t("guard.queue.nobody_inside")}</p>;
  return (
    <ul>
      {inside.value.map((visit) => (
        <VisitRow key={visit.id} visit={visit} />
      ))}
    </ul>
  );
}

function Results() {
  const key = (at: number): string => `${typed.value}${at}`;
  return (
    <div class="queue-list" role="region" aria-label={t("guard.find.results")} aria-live="polite">
      {found.value.length > 0 ? (
        <ul>
          {found.value.map((one, at) => (
            <FoundRow key={key(at)} found={one} />
          ))}
        </ul>
      ) : (
        <p class="queue-empty">{said.value || t("guard.find.hint")}</p>
      )}
    </div>
  );
}
