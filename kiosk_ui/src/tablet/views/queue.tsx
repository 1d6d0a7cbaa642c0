// The list: who needs me, oldest first, and the field that everything typed or scanned goes to.
import { computed, useSignal } from "@preact/signals";
import {
  clearSearch,
  found,
  halfTyped,
  openNew,
  openUnknown,
  said,
  slip,
  steppedAside,
  tab,
  type Tab,
  typed,
  usual,
} from "../desk";
import type { Found } from "../find";
import { places } from "../keys";
import { enterTyped } from "../scan";
import { inside, resting, type ShownVisit, waiting } from "../store";
import { t } from "../texts";
import { Icon } from "./icon";
import { DraftRow, EmployeeRow, FoundRow, HalfRow, VisitRow } from "./row";
import { ScanButton } from "./scan";

/** Lines that are drawn at once; more would be slow to draw and slower to read. */
const MOST = 30;
/** Letters or digits from which on "nobody" is an answer. */
const LEAST_TYPED = 3;

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
          maxLength={500}
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
      {typed.value === "" ? <ScanButton /> : null}
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
      <HalfTyped />
      {tab.value === "waiting" ? <Waiting /> : tab.value === "resting" ? <Resting /> : <Inside />}
    </div>
  );
}

/** Sheets that were begun and left, before everything else: one tap goes on. */
function HalfTyped() {
  if (halfTyped.value.length === 0) return null;
  return (
    <section class="half" aria-labelledby="half-head">
      <h2 class="queue-head" id="half-head">
        {t("guard.half.head", { count: halfTyped.value.length })}
      </h2>
      <ul>
        {halfTyped.value.map((draft) => (
          <HalfRow key={draft.key} draft={draft} />
        ))}
      </ul>
    </section>
  );
}

/** Lines that are shown elsewhere on the list already. */
const apart = computed(
  () => new Set([...steppedAside.value, ...halfTyped.value].map((draft) => draft.source.id)),
);

interface ShortenedProps {
  readonly of: readonly ShownVisit[];
}

/** The first lines of a long list; the rest with a tap, or found by name. */
function Shortened({ of }: ShortenedProps) {
  const most = useSignal(MOST);
  const left = of.length - most.value;
  return (
    <>
      <ul>
        {of.slice(0, most.value).map((visit) => (
          <VisitRow key={visit.id} visit={visit} />
        ))}
      </ul>
      {left > 0 ? (
        <button type="button" class="queue-more" onClick={() => (most.value += MOST)}>
          <Icon name="chevron-down" />
          <span>{t("guard.queue.more", { count: left })}</span>
        </button>
      ) : null}
    </>
  );
}

function Waiting() {
  const first = new Set(waiting.value.map((visit) => visit.id));
  // A group is one row: whoever declared stands for it.
  const follows = (visit: ShownVisit): boolean => visit.companion_of !== null && first.has(visit.companion_of);
  const here = waiting.value.filter((visit) => !apart.value.has(visit.id) && !follows(visit));
  return (
    <>
      {here.length > 0 ? (
        <Shortened of={here} />
      ) : halfTyped.value.length > 0 ? null : (
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

function Resting() {
  if (resting.value.length + steppedAside.value.length === 0) {
    return <p class="queue-empty">{t("guard.queue.nobody_rests")}</p>;
  }
  return (
    <ul>
      {steppedAside.value.map((draft) => (
        <DraftRow key={draft.key} draft={draft} />
      ))}
      {resting.value
        .filter((visit) => !apart.value.has(visit.id))
        .map((visit) => (
          <VisitRow key={visit.id} visit={visit} />
        ))}
    </ul>
  );
}

function Inside() {
  return (
    <>
      {inside.value.length === 0 ? (
        <p class="queue-empty">{t("guard.queue.nobody_inside")}</p>
      ) : (
        <Shortened of={inside.value} />
      )}
      <UnknownOut />
    </>
  );
}

function Results() {
  return (
    <div class="queue-list" role="region" aria-label={t("guard.find.results")} aria-live="polite">
      {found.value.length > 0 ? (
        <ul>
          {found.value.map((one) => (
            <FoundRow key={keyOf(one)} found={one} />
          ))}
        </ul>
      ) : (
        <Nobody />
      )}
    </div>
  );
}

function keyOf(found: Found): string {
  if (found.what === "visit") return found.visit.id;
  return found.what === "employee" ? found.employee.id : found.seen.visit_id;
}

/** Nothing fits: what the letters may have meant, the likelier first. */
function Nobody() {
  const text = typed.value.trim();
  const isName = /\p{L}{2}/u.test(text) && !/\d/.test(text);
  const enough = said.value !== "" || text.length >= LEAST_TYPED;
  return (
    <>
      <p class="queue-empty">{said.value || t(enough ? "guard.find.nobody" : "guard.find.hint", { typed: text })}</p>
      {enough && isName ? (
        <button type="button" class="queue-more queue-new" onClick={() => openNew("visitor", text)}>
          <Icon name="user-plus" />
          <span>{t("guard.find.new", { name: text })}</span>
        </button>
      ) : null}
      <UnknownOut />
    </>
  );
}

/** Whoever leaves and is not on the list, since this tablet never heard of them. */
function UnknownOut() {
  return (
    <button type="button" class="queue-more queue-unknown" onClick={openUnknown}>
      <Icon name="log-out" />
      <span>{t("guard.unknown.open")}</span>
    </button>
  );
}
