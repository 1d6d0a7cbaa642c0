// The sheet: who stands here, what was declared, whom they see, mask, sanitiser and badge.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { hour, isoDay, now } from "../clock";
import { closeSheet, slip, throwAway } from "../desk";
import {
  badgeOf,
  change,
  decision,
  type Draft,
  employeeOf,
  type FieldName,
  isBegun,
  isUnknown,
  seenOf,
  valueOf,
  visitOf,
} from "../drafts";
import { groupDigits } from "../../rules/digits";
import { warnPerson } from "../../rules/person";
import type { Decision, Kind } from "../../rules/screening";
import { checkOut } from "../gate";
import { snapshot, unitOf } from "../store";
import { t } from "../texts";
import { refusalWord } from "../words";
import { Call } from "./call";
import { beyondCard, CardFacts } from "./card";
import { Declared } from "./declared";
import { Fields, FORM, needsVoucher, PLACE } from "./fields";
import { LastHandover } from "./handover";
import { Icon } from "./icon";
import { ScanButton } from "./scan";

export function Sheet({ draft }: { draft: Draft }) {
  const found = decision.value;
  const missing = found?.missing ?? [];
  return (
    <section class="sheet" aria-label={t("guard.sheet.label")}>
      <Head draft={draft} />
      {draft.refusal ? (
        <p class="notice notice-stop" role="alert">
          <Icon name="circle-alert" />
          <span>{refusalWord(draft.refusal.code, draft.refusal.values)}</span>
        </p>
      ) : null}
      <Body key={draft.key} draft={draft} missing={missing} />
      <Declared draft={draft} missing={missing.includes("declaration")} />
      <Call draft={draft} missing={missing.includes("host_call")} />
      <GoHome draft={draft} />
      <Foot draft={draft} found={found} />
    </section>
  );
}

function Head({ draft }: { draft: Draft }) {
  const title = useRef<HTMLHeadingElement>(null);
  // Whoever uses a screen reader hears whose sheet has opened; keys go to the keypad from here.
  useEffect(() => title.current?.focus(), [draft.key]);
  const year = valueOf(draft, "birth_year");
  const name = valueOf(draft, "full_name");
  const isNew = isUnknown(draft.source);
  const employee = employeeOf(draft.source);
  const sub = employee ? [employee.title, unitOf(employee.unit_id)?.name] : [valueOf(draft, "organisation")];
  return (
    <div class="sheet-head">
      <div>
        <h2 ref={title} tabIndex={-1}>
          {isNew ? name || newWord(draft.kind) : name}{" "}
          {year && !isNew ? <span class="soft">{t("guard.sheet.born", { year })}</span> : null}
        </h2>
        {!isNew && sub.some(Boolean) ? <p class="soft">{sub.filter(Boolean).join(" · ")}</p> : null}
        {isNew && draft.source.from === "pass" ? (
          <p class="soft">{t("guard.pass.unchecked", { digits: groupDigits(draft.source.id) })}</p>
        ) : null}
      </div>
      <div class="sheet-acts">
        {draft.source.from !== "visit" && isBegun(draft) ? (
          <button type="button" class="button button-quiet" onClick={() => throwAway(draft)}>
            <span>{t("guard.half.throw")}</span>
          </button>
        ) : null}
        <CloseSheet />
      </div>
    </div>
  );
}

function newWord(kind: Kind): string {
  return kind === "visitor" ? t("guard.new.open") : t(`rules.kind.${kind}`);
}

function Body({ draft, missing }: { draft: Draft; missing: readonly string[] }) {
  const editing = useSignal(false);
  const { from } = draft.source;
  if (isUnknown(draft.source)) {
    const read = draft.fromCard && !editing.value;
    return (
      <>
        <Warnings draft={draft} />
        {read ? <CardFacts draft={draft} onEdit={() => (editing.value = true)} /> : null}
        <Fields draft={draft} names={read ? beyondCard(draft) : FORM[draft.kind]} missing={missing} />
      </>
    );
  }
  if (from === "employee") return null;
  const names = editing.value ? PLACE : lacking(draft, missing);
  return (
    <>
      {editing.value ? null : <Facts draft={draft} onEdit={() => (editing.value = true)} />}
      {names.length > 0 ? <Fields draft={draft} names={names} missing={missing} /> : null}
    </>
  );
}

/** A number that does not fit the person: worth a look at the card, and no reason to refuse. */
function Warnings({ draft }: { draft: Draft }) {
  const told = Object.values(warnPerson({ ...draft.fields }, isoDay(now())));
  if (draft.fromCard && !draft.fields.birth_year) told.push("card_birth_unreadable");
  return (
    <>
      {told.map((code) => (
        <p key={code} class="notice notice-rest" role="status">
          <Icon name="triangle-alert" />
          <span>{t(`rules.warning.${code}`)}</span>
        </p>
      ))}
    </>
  );
}

export function CloseSheet() {
  return (
    <button type="button" class="button button-quiet square" aria-label={t("guard.sheet.close")} onClick={closeSheet}>
      <Icon name="x" />
    </button>
  );
}

/** Fields that were empty when the sheet opened stay where they are while they are typed. */
function lacking(draft: Draft, missing: readonly string[]): FieldName[] {
  const rule = snapshot.value?.policy.kinds[draft.kind];
  const asked = (rule?.fields ?? []) as readonly FieldName[];
  const found = asked.filter((name) => missing.includes(name) || draft.fields[name] !== undefined);
  return needsVoucher(draft) ? [...found, "vouched_by"] : found;
}

function Facts({ draft, onEdit }: { draft: Draft; onEdit: () => void }) {
  const visit = visitOf(draft.source);
  const person = visit ?? seenOf(draft.source);
  const unit = unitOf(valueOf(draft, "unit"));
  const lines: (readonly [string, string])[] = [
    [t("guard.fact.sees"), [unit?.name, valueOf(draft, "host"), unit?.directions].filter(Boolean).join(", ")],
    [t("guard.fact.purpose"), valueOf(draft, "purpose")],
    [t("guard.fact.plate"), valueOf(draft, "plate")],
    [t("guard.fact.papers"), papersWord(person?.identity_type ?? null, person?.identity_masked ?? null)],
  ];
  return (
    <div class="sheet-facts">
      <dl class="facts">
        {lines
          .filter(([, text]) => text)
          .flatMap(([label, text]) => [<dt key={label}>{label}</dt>, <dd key={text}>{text}</dd>])}
      </dl>
      <button type="button" class="button button-quiet" onClick={onEdit}>
        <Icon name="pencil" />
        <span>{t("guard.sheet.edit")}</span>
      </button>
    </div>
  );
}

export function papersWord(type: string | null, masked: string | null): string {
  if (type === "none") return t("guard.identity.none");
  if (masked === null) return "";
  const names: Readonly<Record<string, string>> = {
    cccd: "guard.identity.cccd",
    cmnd: "guard.identity.cmnd",
    passport: "guard.identity.passport",
  };
  return `${t(names[type ?? ""] ?? "guard.identity.other")} ${masked}`;
}

/** Whoever rests may go home instead. */
function GoHome({ draft }: { draft: Draft }) {
  const visit = visitOf(draft.source);
  if (visit?.state !== "resting") return null;
  const leave = (): void => {
    closeSheet();
    void checkOut(visit, null);
  };
  return (
    <div class="cluster">
      <button type="button" class="button button-plain" onClick={leave}>
        <Icon name="log-out" />
        <span>{t("guard.out.home")}</span>
      </button>
    </div>
  );
}

function Foot({ draft, found }: { draft: Draft; found: Decision | null }) {
  const rule = snapshot.value?.policy.kinds[draft.kind];
  const missing = found?.missing ?? [];
  return (
    <div class="sheet-foot">
      <Tiles draft={draft} missing={missing} />
      {rule?.badge ? (
        <button
          type="button"
          class="badge"
          id="need-badge"
          data-missing={missing.includes("badge") ? "" : undefined}
          onClick={() => (slip.value = { shows: "badge" })}
        >
          <span>{t("guard.badge.label")}</span>
          <span class="badge-number">{badgeOf(draft) ?? t("guard.badge.none")}</span>
        </button>
      ) : null}
    </div>
  );
}

export function Tiles({ draft, missing }: { draft: Draft; missing: readonly string[] }) {
  const rule = snapshot.value?.policy.kinds[draft.kind];
  const tiles = [
    {
      name: "mask",
      icon: "smile",
      on: draft.mask,
      need: rule?.mask,
      word: "guard.tile.mask",
      yes: "guard.tile.mask_on",
      no: "guard.tile.mask_off",
    },
    {
      name: "sanitiser",
      icon: "soap-dispenser-droplet",
      on: draft.sanitiser,
      need: rule?.sanitiser,
      word: "guard.tile.sanitiser",
      yes: "guard.tile.sanitiser_on",
      no: "guard.tile.sanitiser_off",
    },
  ] as const;
  const asked = tiles.filter((tile) => tile.need !== "none");
  if (asked.length === 0) return null;
  return (
    <div class="tiles">
      {asked.map((tile) => (
        <button
          key={tile.name}
          type="button"
          class="tile"
          id={`need-${tile.name}`}
          aria-pressed={tile.on}
          data-missing={missing.includes(tile.name) ? "" : undefined}
          onClick={() => change(draft.key, { [tile.name]: !tile.on })}
        >
          <Icon name={tile.icon} />
          <span class="tile-name">{t(tile.word)}</span>
          <span class="tile-state">
            {t(tile.on ? tile.yes : tile.no)}
            {tile.need === "advise" && !tile.on ? ` · ${t("guard.tile.advised")}` : ""}
          </span>
        </button>
      ))}
    </div>
  );
}

/** Nobody is chosen: what to do next is said. */
export function EmptySheet() {
  return (
    <section class="sheet sheet-empty" aria-label={t("guard.sheet.label")}>
      <LastHandover />
      <Icon name="scan-line" />
      <p>{t("guard.sheet.empty")}</p>
      <ScanButton large />
      <p class="soft">{t("guard.sheet.empty_more", { time: hour(Date.now()) })}</p>
    </section>
  );
}
