// What is only on this tablet: what was refused and needs somebody, then what is not sent yet.
import { type Signal, useSignal } from "@preact/signals";
import { hour } from "../clock";
import { happenedAt, type Item, UNREADABLE } from "../outbox/items";
import { insistOn } from "../session";
import { items, refused, unsent } from "../store";
import { t } from "../texts";
import {
  canExport,
  discard,
  edit,
  exportOutbox,
  handToReception,
  MOST_LETTERS,
  namesOf,
  remedies,
  type Remedy,
} from "../tray";
import { refusalWord } from "../words";
import { Icon } from "./icon";
import { Problem } from "./reasons";
import { SlipFrame } from "./slip";

const KINDS: Readonly<Record<Item["command"]["kind"], string>> = {
  check_in: "guard.kind.check_in",
  admit_party: "guard.kind.admit_party",
  check_out: "guard.kind.check_out",
  undo: "guard.kind.undo",
  correct_visit: "guard.kind.correct",
  void_visit: "guard.kind.strike",
  add_note: "guard.kind.note",
  begin_shift: "guard.kind.begin_shift",
  hand_over: "guard.kind.hand_over",
  hand_to_reception: "guard.kind.hand_to_reception",
  discard_refused: "guard.kind.discard_refused",
};
const REMEDIES: Readonly<Record<Remedy, readonly [icon: string, word: string]>> = {
  edit: ["pencil", "guard.tray.edit"],
  insist: ["send", "guard.tray.insist"],
  hand: ["user-round", "guard.tray.hand"],
  discard: ["x", "guard.tray.discard"],
};

/** What a guard is about to do with a refused item. */
type Asked = { readonly item: Item; readonly remedy: "hand" | "discard" } | null;

export function TraySlip() {
  const asked = useSignal<Asked>(null);
  const found = asked.value;
  if (found?.remedy === "hand") return <HandSlip item={found.item} done={() => (asked.value = null)} />;
  if (found?.remedy === "discard") return <DiscardSlip item={found.item} done={() => (asked.value = null)} />;
  return (
    <SlipFrame title={t("guard.tray.title")} foot={items.value.length > 0 ? <Export /> : null}>
      {items.value.length === 0 ? (
        <p class="queue-empty">
          <Icon name="circle-check" /> {t("guard.tray.empty")}
        </p>
      ) : null}
      <Kept title={t("guard.tray.attention", { count: refused.value.length })} kept={refused.value} asked={asked} />
      <Kept title={t("guard.bar.unsent", { count: unsent.value.length })} kept={unsent.value} asked={asked} />
    </SlipFrame>
  );
}

function Kept({ title, kept, asked }: { title: string; kept: readonly Item[]; asked: Signal<Asked> }) {
  return kept.length === 0 ? null : (
    <section class="tray-part" aria-label={title}>
      <h3>{title}</h3>
      <ul class="tray-list">
        {kept.map((item) =>
          item.status === "refused" ? (
            <Refused key={item.id} item={item} asked={asked} />
          ) : (
            <li key={item.id} data-outcome="waiting">
              <Icon name="send" />
              <span class="tray-what">{whatOf(item)}</span>
              <span class="tray-why">{t("guard.tray.waits", { time: hour(happenedAt(item)) })}</span>
            </li>
          ),
        )}
      </ul>
    </section>
  );
}

function Refused({ item, asked }: { item: Item; asked: Signal<Asked> }) {
  const take = (remedy: Remedy): void => {
    if (remedy === "edit") edit(item);
    else if (remedy === "insist") void insistOn(item.id);
    else asked.value = { item, remedy };
  };
  return (
    <li class="tray-refused" data-outcome="refused">
      <Icon name="circle-alert" />
      <span class="tray-what">
        {hour(happenedAt(item))} · {whatOf(item)}
      </span>
      <span class="tray-why">{whyOf(item)}</span>
      <span class="tray-acts" role="group" aria-label={t("guard.tray.what_now", { what: whatOf(item) })}>
        {remedies(item).map((remedy, at) => (
          <button
            key={remedy}
            type="button"
            class={at === 0 ? "button button-primary" : "button button-plain"}
            onClick={() => take(remedy)}
          >
            <Icon name={REMEDIES[remedy][0]} />
            <span>{t(REMEDIES[remedy][1])}</span>
          </button>
        ))}
      </span>
    </li>
  );
}

function whatOf(item: Item): string {
  return [namesOf(item), t(KINDS[item.command.kind])].filter(Boolean).join(" · ");
}

function whyOf(item: Item): string {
  if (item.code === UNREADABLE) return t("guard.tray.unreadable", { id: item.id });
  return item.code === "not_found" ? t("guard.tray.not_found") : refusalWord(item.code ?? "", item.values);
}

interface AskProps {
  readonly item: Item;
  readonly done: () => void;
}

function HandSlip({ item, done }: AskProps) {
  return (
    <Ask
      title={t("guard.tray.hand_title", { what: whatOf(item) })}
      lead={t("guard.tray.hand_lead")}
      label={t("guard.tray.hand_who")}
      first={namesOf(item)}
      missing={t("guard.tray.hand_missing")}
      go={t("guard.tray.hand")}
      least={1}
      most={MOST_LETTERS}
      done={done}
      onGo={(name) => handToReception(item, name)}
    />
  );
}

function DiscardSlip({ item, done }: AskProps) {
  return (
    <Ask
      title={t("guard.tray.discard_title", { what: whatOf(item) })}
      lead={t("guard.tray.discard_lead")}
      label={t("guard.tray.discard_why")}
      first=""
      offered={[t("guard.tray.discard_twice"), t("guard.tray.discard_never")]}
      missing={t("guard.tray.discard_missing")}
      go={t("guard.tray.discard")}
      least={3}
      most={500}
      done={done}
      onGo={(reason) => discard(item, reason)}
    />
  );
}

interface AskedProps {
  readonly title: string;
  readonly lead: string;
  readonly label: string;
  readonly first: string;
  /** Answers that are a tap. */
  readonly offered?: readonly string[];
  readonly missing: string;
  readonly go: string;
  /** How many letters there must be, and may be. */
  readonly least: number;
  readonly most: number;
  readonly done: () => void;
  readonly onGo: (typed: string) => Promise<unknown>;
}

/** One line that must be filled. */
function Ask({ title, lead, label, first, offered = [], missing, go, least, most, done, onGo }: AskedProps) {
  const typed = useSignal(first);
  const problem = useSignal("");
  const send = (): void => {
    if (typed.value.trim().length < least) return void (problem.value = missing);
    void onGo(typed.value.trim());
    done();
  };
  return (
    <SlipFrame
      title={title}
      foot={
        <>
          <button type="button" class="button button-primary" onClick={send}>
            {go}
          </button>
          <button type="button" class="button button-plain" onClick={done}>
            {t("guard.tray.back")}
          </button>
        </>
      }
    >
      <p class="soft">{lead}</p>
      {offered.length > 0 ? (
        <div class="options" role="group" aria-label={label}>
          {offered.map((one) => (
            <button
              key={one}
              type="button"
              class="option"
              aria-pressed={typed.value === one}
              onClick={() => (typed.value = one)}
            >
              {one}
            </button>
          ))}
        </div>
      ) : null}
      <div class="field">
        <label for="tray-typed">{label}</label>
        <input
          id="tray-typed"
          type="text"
          maxLength={most}
          autocomplete="off"
          value={typed.value}
          onInput={(event) => (typed.value = event.currentTarget.value)}
        />
      </div>
      <Problem text={problem.value} />
    </SlipFrame>
  );
}

/** For a tablet that never gets back to the server. */
function Export() {
  return (
    <div class="tray-export">
      <button
        type="button"
        class="button button-plain"
        aria-describedby="tray-export-why"
        disabled={!canExport()}
        onClick={() => void exportOutbox()}
      >
        <Icon name="download" />
        <span>{t("guard.tray.export")}</span>
      </button>
      <small id="tray-export-why" class="soft">
        {t(canExport() ? "guard.tray.export_lead" : "guard.tray.export_never")}
      </small>
    </div>
  );
}
