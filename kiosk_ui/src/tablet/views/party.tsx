// A declared group as one screen.
import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { formatTenths, showTyped } from "../../rules/temperature";
import { isHigh } from "../../rules/screening";
import { seenNow } from "../clock";
import { openDraft, slip } from "../desk";
import { change, drafts, isOdd, setDigits, typeDigit } from "../drafts";
import { places } from "../keys";
import { admitParty, declaredCount, membersOf, type Member, openParty, ready, tickAll } from "../party";
import { snapshot } from "../store";
import { point, t } from "../texts";
import { kindWord, missingWords, readingWord } from "../words";
import { Icon } from "./icon";
import { Keypad } from "./keypad";
import { SlipFrame } from "./slip";

export function PartySlip({ passId }: { passId: string }) {
  useLayoutEffect(() => openParty(passId), [passId]);
  const members = membersOf(passId, seenNow());
  const chosen = useSignal<string | null>(null);
  const count = useSignal<number | null>(null);
  const why = useSignal("");
  const key =
    chosen.value ?? members.find((member) => member.draft.reading === null)?.draft.key ?? members[0]?.draft.key ?? "";

  const type = (digit: string): void => {
    typeDigit(key, digit);
    // Three digits finish one person: the next one is measured.
    if (drafts.value.get(key)?.reading != null) chosen.value = nextOf(members, key);
    else chosen.value = key;
  };
  useLayoutEffect(() => {
    places.digit = type;
    return () => (places.digit = null);
  });
  if (members.length === 0) return null;
  const declared = declaredCount(passId);
  const counted = count.value ?? declared;
  const member = members.find((one) => one.draft.key === key);
  return (
    <SlipFrame title={t("guard.party.title", { name: members[0]?.visit.name ?? "", count: declared })}>
      <div class="party">
        <div class="party-people">
          <ol class="group">
            {members.map((one) => (
              <Person
                key={one.draft.key}
                member={one}
                chosen={one.draft.key === key}
                onChoose={() => (chosen.value = one.draft.key)}
              />
            ))}
          </ol>
          <button
            type="button"
            class="button button-plain"
            aria-pressed={members.every((one) => one.draft.mask && one.draft.sanitiser)}
            onClick={() => tickAll(members)}
          >
            <Icon name="check" />
            <span>{t("guard.party.tick_all")}</span>
          </button>
          <Count
            declared={declared}
            counted={counted}
            why={why.value}
            onCount={(next) => (count.value = next)}
            onWhy={(typed) => (why.value = typed)}
          />
        </div>
        <div class="party-pad">
          <p class="party-now">{member?.visit.name}</p>
          <Keypad
            onDigit={type}
            onBack={() => setDigits(key, (drafts.value.get(key)?.digits ?? "").slice(0, -1))}
            onClear={() => setDigits(key, "")}
          />
          <button type="button" class="decide-other" onClick={() => openDraft(key)}>
            {t("guard.party.alone")}
          </button>
          <Go passId={passId} members={members} counted={counted} declared={declared} why={why.value} />
        </div>
      </div>
    </SlipFrame>
  );
}

function nextOf(members: readonly Member[], key: string): string | null {
  const at = members.findIndex((member) => member.draft.key === key);
  const after = [...members.slice(at + 1), ...members.slice(0, at)];
  return after.find((member) => member.draft.reading === null)?.draft.key ?? key;
}

function Person({ member, chosen, onChoose }: { member: Member; chosen: boolean; onChoose: () => void }) {
  const { visit, draft, decision, badge } = member;
  const policy = snapshot.value?.policy;
  if (!policy) return null;
  const rule = policy.kinds[draft.kind];
  const high = draft.reading?.tenths != null && isHigh(draft.reading.tenths, policy);
  const lacks = decision.missing.includes("temperature")
    ? t("guard.party.not_yet")
    : t("rules.decision.missing", { items: missingWords(decision.missing) });
  const word = decision.missing.length > 0 ? lacks : kindWord(decision.kind, policy, decision.recheck_at);
  return (
    <li aria-current={chosen ? "true" : undefined}>
      <button type="button" class="group-person" onClick={onChoose}>
        <span class="group-name">
          {visit.name} {visit.birth_year ? <span class="soft">{visit.birth_year}</span> : null}
        </span>
        <span class="group-word" data-decision={decision.missing.length > 0 ? "missing" : decision.kind}>
          {word}
          {badge && decision.missing.length === 0 ? ` · ${t("guard.row.badge", { badge })}` : ""}
        </span>
      </button>
      <span class="group-reading" data-high={high ? "" : undefined} data-odd={isOdd(draft) ? "" : undefined}>
        {draft.reading === null
          ? showTyped(draft.digits, point()) || "––"
          : draft.reading.tenths === null
            ? readingWord(draft.reading)
            : formatTenths(draft.reading.tenths, point())}
      </span>
      {rule.mask === "none" ? null : (
        <Mini
          icon="smile"
          word={t("guard.tile.mask")}
          on={draft.mask}
          onTap={() => change(draft.key, { mask: !draft.mask })}
        />
      )}
      {rule.sanitiser === "none" ? null : (
        <Mini
          icon="soap-dispenser-droplet"
          word={t("guard.tile.sanitiser")}
          on={draft.sanitiser}
          onTap={() => change(draft.key, { sanitiser: !draft.sanitiser })}
        />
      )}
    </li>
  );
}

function Mini({ icon, word, on, onTap }: { icon: string; word: string; on: boolean; onTap: () => void }) {
  return (
    <button type="button" class="mini" aria-pressed={on} aria-label={word} onClick={onTap}>
      <Icon name={icon} />
      <Icon name={on ? "check" : "circle"} />
    </button>
  );
}

interface CountProps {
  readonly declared: number;
  readonly counted: number;
  readonly why: string;
  readonly onCount: (count: number) => void;
  readonly onWhy: (why: string) => void;
}

function Count({ declared, counted, why, onCount, onWhy }: CountProps) {
  return (
    <div class="party-count">
      <span id="party-count">{t("guard.party.counted")}</span>
      <div class="stepper" role="group" aria-labelledby="party-count">
        <button
          type="button"
          class="button button-plain square"
          aria-label={t("guard.party.fewer")}
          onClick={() => onCount(Math.max(0, counted - 1))}
        >
          −
        </button>
        <output>{counted}</output>
        <button
          type="button"
          class="button button-plain square"
          aria-label={t("guard.party.more")}
          onClick={() => onCount(Math.min(200, counted + 1))}
        >
          +
        </button>
      </div>
      {counted === declared ? null : (
        <div class="field party-why">
          <label for="party-why">{t("guard.party.why", { declared })}</label>
          <input
            id="party-why"
            type="text"
            maxLength={200}
            autocomplete="off"
            value={why}
            onInput={(event) => onWhy(event.currentTarget.value)}
          />
        </div>
      )}
    </div>
  );
}

function Go({
  passId,
  members,
  counted,
  declared,
  why,
}: {
  passId: string;
  members: readonly Member[];
  counted: number;
  declared: number;
  why: string;
}) {
  const going = ready(members);
  const needsWhy = counted !== declared && why.trim() === "";
  const blocked = going.length === 0 || needsWhy;
  const word = needsWhy
    ? t("guard.party.needs_why")
    : going.length === 0
      ? t("guard.party.needs_readings")
      : t("guard.party.admit", { count: going.length });
  const go = (): void => {
    if (needsWhy) return document.getElementById("party-why")?.focus();
    if (going.length === 0) return document.getElementById("need-temperature")?.focus();
    slip.value = null;
    void admitParty(passId, members, counted, why.trim());
  };
  const rest = members.length - going.length;
  return (
    <button type="button" class="decide" data-decision={blocked ? "missing" : "admit"} onClick={go}>
      <Icon name={blocked ? "circle-alert" : "check"} />
      <span class="decide-word">{word}</span>
      {!blocked && rest > 0 ? <span class="decide-why">{t("guard.party.rest", { count: rest })}</span> : null}
    </button>
  );
}
