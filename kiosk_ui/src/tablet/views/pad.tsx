// The temperature as it is typed, what was measured before, and the one button: its label is the decision.
import { useLayoutEffect } from "preact/hooks";
import { formatTenths, showTyped, type NotMeasured } from "../../rules/temperature";
import { isHigh } from "../../rules/screening";
import { countdown, hour, seenNow } from "../clock";
import { rush, slip, stepAside } from "../desk";
import {
  current,
  decision,
  type Draft,
  earlierReadings,
  isOdd,
  notMeasured,
  setDigits,
  typeDigit,
  visitOf,
} from "../drafts";
import { carryOut, checkOut } from "../gate";
import { places } from "../keys";
import { snapshot } from "../store";
import { point, t } from "../texts";
import { decisionWord, flagWords, missingWords, readingWord, reasonWord } from "../words";
import { Icon } from "./icon";
import { Keypad } from "./keypad";

const ICONS = {
  admit: "check",
  recheck: "timer",
  refer: "stethoscope",
  refuse: "ban",
  missing: "circle-alert",
} as const;
const NAMED = 4;
const NOT_MEASURED: readonly NotMeasured[] = ["lo_hi", "broken", "declined"];

export function Pad({ draft }: { draft: Draft }) {
  useLayoutEffect(() => {
    places.digit = (digit) => slip.value === null && typeDigit(draft.key, digit);
    places.decide = decideNow;
    return () => ((places.digit = null), (places.decide = null));
  }, [draft.key]);
  return (
    <section class="pad" aria-label={t("guard.pad.label")}>
      <ReadingNow draft={draft} />
      <div class="reading-note">{isOdd(draft) ? <Odd /> : <Earlier draft={draft} />}</div>
      {slip.value?.shows === "not_measured" ? <NotMeasuredOptions draft={draft} /> : <Keys draft={draft} />}
      <Reasons draft={draft} />
      <DecideButton draft={draft} />
      <DecisionSaid />
      <Others draft={draft} />
    </section>
  );
}

function ReadingNow({ draft }: { draft: Draft }) {
  const policy = snapshot.value?.policy;
  const { reading, digits } = draft;
  const high = policy && reading?.tenths != null && isHigh(reading.tenths, policy);
  const text = reading?.tenths != null ? formatTenths(reading.tenths, point()) : showTyped(digits, point());
  return (
    <p
      class="reading-now"
      aria-live="polite"
      data-empty={text === "" ? "" : undefined}
      data-high={high ? "" : undefined}
      data-odd={isOdd(draft) ? "" : undefined}
    >
      {reading !== null && reading.tenths === null ? (
        <span class="reading-why">{readingWord(reading)}</span>
      ) : (
        <>
          <span class="reading-figure">{text || `––${point()}–`}</span>
          <small>°C</small>
        </>
      )}
    </p>
  );
}

export function Odd() {
  return (
    <p class="reading-problem" role="alert">
      <Icon name="circle-alert" />
      <span>{t("errors.temperature_odd")}</span>
    </p>
  );
}

function Earlier({ draft }: { draft: Draft }) {
  const readings = earlierReadings(draft);
  const visit = visitOf(draft.source);
  if (readings.length === 0) return null;
  const left = visit?.state === "resting" && visit.rest_until ? countdown(visit.rest_until, seenNow()) : null;
  return (
    <p class="reading-past">
      {readings
        .map((reading, at) =>
          t("guard.pad.earlier", { reading: readingWord(reading), nth: at + 1, time: hour(reading.at) }),
        )
        .join(" · ")}
      {left !== null && visit?.rest_until ? (
        <strong>{t("guard.pad.rest", { time: hour(visit.rest_until), left })}</strong>
      ) : null}
    </p>
  );
}

function Keys({ draft }: { draft: Draft }) {
  return (
    <>
      <Keypad
        onDigit={(digit) => typeDigit(draft.key, digit)}
        onBack={() => setDigits(draft.key, draft.digits.slice(0, -1))}
        onClear={() => setDigits(draft.key, "")}
      />
      <button type="button" class="pad-not-measured" onClick={() => (slip.value = { shows: "not_measured" })}>
        {t("guard.pad.not_measured")}
      </button>
    </>
  );
}

function NotMeasuredOptions({ draft }: { draft: Draft }) {
  return (
    <div class="pad-options" role="group" aria-label={t("rules.not_measured.ask")}>
      <h3>{t("rules.not_measured.ask")}</h3>
      {NOT_MEASURED.map((why) => (
        <button
          key={why}
          type="button"
          class="option"
          onClick={() => (notMeasured(draft.key, why), (slip.value = null))}
        >
          <Icon name={why === "declined" ? "hand" : why === "broken" ? "battery-warning" : "thermometer"} />
          {t(`rules.not_measured.${why}`)}
        </button>
      ))}
      <button type="button" class="pad-not-measured" onClick={() => (slip.value = null)}>
        {t("guard.slip.back")}
      </button>
    </div>
  );
}

function Reasons({ draft }: { draft: Draft }) {
  const site = snapshot.value;
  const found = decision.value;
  if (!site || !found) return null;
  const words = flagWords(draft.answers === null ? visitOf(draft.source) : undefined, site.questionnaire);
  if (found.reasons.length === 0) return null;
  return (
    <ul class="reasons" aria-live="polite">
      {found.reasons.map((reason) => (
        <li key={reason.code}>
          <Icon name="triangle-alert" />
          <span>{reasonWord(reason, words)}</span>
        </li>
      ))}
      {found.kind === "refer" && site.policy.hotline !== "" ? (
        <li>
          <Icon name="phone" />
          <span>{t("guard.pad.hotline", { hotline: site.policy.hotline })}</span>
        </li>
      ) : null}
    </ul>
  );
}

function DecideButton({ draft }: { draft: Draft }) {
  const policy = snapshot.value?.policy;
  const found = decision.value;
  if (!policy || !found) return null;
  if (visitOf(draft.source)?.state === "referred") return <LeaveInstead draft={draft} />;
  const missing = found.missing.length > 0;
  const word = missing ? t("rules.decision.missing", { items: shortly(found.missing) }) : decisionWord(found, policy);
  return (
    <button type="button" class="decide" data-decision={missing ? "missing" : found.kind} onClick={decideNow}>
      <Icon name={ICONS[missing ? "missing" : found.kind]} />
      <span class="decide-word">{word}</span>
    </button>
  );
}

/** What the button has become, for whoever does not see it; what is missing is said by the tiles. */
function DecisionSaid() {
  const policy = snapshot.value?.policy;
  const found = decision.value;
  const said = policy && found && found.missing.length === 0 ? decisionWord(found, policy) : "";
  return (
    <p class="sr-only" role="status">
      {said}
    </p>
  );
}

/** The first things that are missing, and how many more: the button must stay a button. */
function shortly(missing: readonly string[]): string {
  const words = missingWords(missing.slice(0, NAMED));
  return missing.length > NAMED ? t("guard.pad.and_more", { items: words, count: missing.length - NAMED }) : words;
}

/** For somebody for whom a doctor was called, what is left is to go. */
function LeaveInstead({ draft }: { draft: Draft }) {
  const visit = visitOf(draft.source);
  if (!visit) return null;
  return (
    <button type="button" class="decide" data-decision="out" onClick={() => void checkOut(visit, null)}>
      <Icon name="log-out" />
      <span class="decide-word">{t("guard.out.go")}</span>
    </button>
  );
}

/** In a rush whoever needs more time steps aside; otherwise somebody who may decides differently. */
function Others({ draft }: { draft: Draft }) {
  if (rush.value) {
    return (
      <button type="button" class="decide-other" onClick={() => stepAside(draft.key)}>
        {t("guard.rush.aside")}
      </button>
    );
  }
  return (
    <button type="button" class="decide-other" onClick={() => (slip.value = { shows: "override" })}>
      {t("guard.override.open")}
    </button>
  );
}

/** Carry out the decision, or go to what is missing. */
export function decideNow(): void {
  const draft = current.value;
  const found = decision.value;
  if (draft === null || found === null || visitOf(draft.source)?.state === "referred") return;
  const [first] = found.missing;
  if (first === undefined) {
    void carryOut(draft, found);
    return;
  }
  const place = document.getElementById(`need-${first === "voucher" ? "vouched_by" : first}`);
  place?.scrollIntoView({ block: "nearest" });
  place?.focus();
}
