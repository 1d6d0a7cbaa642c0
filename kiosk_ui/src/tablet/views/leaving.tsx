// Somebody inside: who it is, when and how they came in, and the way out.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { parseTemperature, type Reading } from "../../rules/temperature";
import { screenExit } from "../../rules/screening";
import { hour, now } from "../clock";
import { closeSheet, slip } from "../desk";
import { checkOut } from "../gate";
import { places } from "../keys";
import { onDuty, type ShownVisit, snapshot, unitOf } from "../store";
import { point, t } from "../texts";
import { keptReasonWord, flagWords, readingWord, reasonWord } from "../words";
import { showTyped } from "../../rules/temperature";
import type { KeptReading } from "../types";
import { Icon } from "./icon";
import { Keypad } from "./keypad";
import { Odd } from "./pad";
import { CloseSheet, papersWord } from "./sheet";

export function LeavingSheet({ visit }: { visit: ShownVisit }) {
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), [visit.id]);
  const site = snapshot.value;
  const unit = unitOf(visit.unit_id);
  const words = flagWords(visit, site?.questionnaire ?? { sections: [], statement: NONE, warning: NONE });
  const lines: (readonly [string, string])[] = [
    [t("guard.fact.in"), inWord(visit)],
    [t("guard.fact.badge"), visit.badge_number ?? ""],
    [t("guard.fact.sees"), [unit?.name, visit.host_name].filter(Boolean).join(", ")],
    [t("guard.fact.purpose"), visit.purpose],
    [t("guard.fact.plate"), visit.plate],
    [t("guard.fact.people"), visit.people_count ? String(visit.people_count) : ""],
    [t("guard.fact.word"), visit.on_word_of],
    [t("guard.fact.papers"), papersWord(visit.identity_type, visit.identity_masked)],
    [t("guard.fact.readings"), visit.readings.map(readingLine).join(" · ")],
    [t("guard.fact.reasons"), visit.reasons.map((reason) => keptReasonWord(reason, words)).join(" · ")],
  ];
  return (
    <section class="sheet" aria-label={t("guard.sheet.label")}>
      <div class="sheet-head">
        <div>
          <h2 ref={title} tabIndex={-1}>
            {visit.name}{" "}
            {visit.birth_year ? <span class="soft">{t("guard.sheet.born", { year: visit.birth_year })}</span> : null}
          </h2>
          {visit.organisation ? <p class="soft">{visit.organisation}</p> : null}
        </div>
        <CloseSheet />
      </div>
      <dl class="facts">
        {lines
          .filter(([, text]) => text)
          .flatMap(([label, text]) => [<dt key={label}>{label}</dt>, <dd key={text}>{text}</dd>])}
      </dl>
      <LineActs visit={visit} />
    </section>
  );
}

const NONE = { vi: "", en: "" };

function inWord(visit: ShownVisit): string {
  const gate = snapshot.value?.gates.find((one) => one.id === visit.gate_in_id)?.name;
  const number = visit.number === null ? "" : t("guard.fact.number", { number: visit.number });
  return [hour(visit.admitted_at ?? visit.occurred_at), gate, number].filter(Boolean).join(" · ");
}

function readingLine(kept: KeptReading): string {
  const at = Date.parse(kept.at);
  const reading: Reading | null =
    kept.tenths !== null
      ? { tenths: kept.tenths, reason: null, at }
      : kept.not_measured !== null
        ? { tenths: null, reason: kept.not_measured, at }
        : null;
  return reading === null ? "" : t("guard.fact.reading", { reading: readingWord(reading), time: hour(at) });
}

/** What may be done to a line besides: a note by anybody, the rest until handover by whoever wrote it. */
export function LineActs({ visit }: { visit: ShownVisit }) {
  if (visit.pending) return null;
  return (
    <div class="cluster line-acts">
      <button
        type="button"
        class="button button-plain"
        onClick={() => (slip.value = { shows: "note", visitId: visit.id })}
      >
        <Icon name="file-text" />
        <span>{t("guard.line.note")}</span>
      </button>
      {isOwn(visit) ? (
        <>
          <button
            type="button"
            class="button button-plain"
            onClick={() => (slip.value = { shows: "correct", visitId: visit.id })}
          >
            <Icon name="pencil" />
            <span>{t("guard.line.correct")}</span>
          </button>
          <button
            type="button"
            class="button button-plain"
            onClick={() => (slip.value = { shows: "strike", visitId: visit.id })}
          >
            <Icon name="slash" />
            <span>{t("guard.line.strike")}</span>
          </button>
        </>
      ) : null}
    </div>
  );
}

export function isOwn(visit: ShownVisit): boolean {
  const site = snapshot.value;
  const since = Date.parse(site?.shift_started_at ?? "");
  const at = Date.parse(visit.left_at ?? visit.admitted_at ?? visit.occurred_at);
  return site !== null && visit.account_id === onDuty.value?.id && visit.device_id === site.device_id && at >= since;
}

export function LeavingPad({ visit }: { visit: ShownVisit }) {
  const policy = snapshot.value?.policy;
  const digits = useSignal("");
  const rule = policy?.kinds[visit.kind];
  const asks = rule?.exit_temperature ?? false;
  const tenths = digits.value.length === 3 ? parseTemperature(digits.value) : null;
  const reading: Reading | null = tenths === null ? null : { tenths, reason: null, at: now() };
  const type = (digit: string): void => void (digits.value = digits.value.length >= 3 ? digit : digits.value + digit);
  useLayoutEffect(() => {
    places.digit = asks ? type : null;
    return () => (places.digit = null);
  }, [visit.id, asks]);
  if (!policy || !rule) return null;
  const found = screenExit(rule, policy, reading, false);
  const blocked = found.missing.length > 0;
  const out = (returned: boolean | null): void => {
    if (blocked) return document.getElementById("need-temperature")?.focus();
    closeSheet();
    void checkOut(visit, returned, reading);
  };
  const odd = digits.value.length === 3 && tenths === null;
  const words = (code: string): string => code;
  return (
    <section class="pad" aria-label={t("guard.out.label")}>
      {asks ? (
        <>
          <p
            class="reading-now"
            aria-live="polite"
            data-empty={digits.value === "" ? "" : undefined}
            data-odd={odd ? "" : undefined}
          >
            <span class="reading-figure">{showTyped(digits.value, point()) || `––${point()}–`}</span>
            <small>°C</small>
          </p>
          <div class="reading-note">{odd ? <Odd /> : null}</div>
          <Keypad
            onDigit={type}
            onBack={() => (digits.value = digits.value.slice(0, -1))}
            onClear={() => (digits.value = "")}
          />
        </>
      ) : null}
      {found.reasons.length > 0 ? (
        <ul class="reasons">
          {found.reasons.map((one) => (
            <li key={one.code}>
              <Icon name="triangle-alert" />
              <span>{reasonWord(one, words)}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {visit.badge_number ? (
        <p class="out-badge">
          <span>{t("guard.badge.label")}</span> <strong>{visit.badge_number}</strong>
        </p>
      ) : null}
      <div class="pad-out">
        <button
          type="button"
          class="decide"
          data-decision={blocked ? "missing" : "out"}
          onClick={() => out(visit.badge_number ? true : null)}
        >
          <Icon name={blocked ? "thermometer" : "log-out"} />
          <span class="decide-word">
            {blocked ? t("rules.decision.missing", { items: t("rules.missing.temperature") }) : t("guard.out.go")}
          </span>
          {visit.badge_number && !blocked ? (
            <span class="decide-why">{t("guard.out.badge_back", { badge: visit.badge_number })}</span>
          ) : null}
        </button>
        {visit.badge_number ? (
          <button type="button" class="button button-plain button-wide" onClick={() => out(false)}>
            <Icon name="id-card" />
            <span>{t("guard.out.badge_missing")}</span>
          </button>
        ) : null}
      </div>
    </section>
  );
}
