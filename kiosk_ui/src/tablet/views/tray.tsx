// What is only on this tablet: not sent yet, or refused and in need of somebody.
import { hour } from "../clock";
import type { Item } from "../outbox/items";
import { dropItem, insistOn } from "../session";
import { items } from "../store";
import { t } from "../texts";
import { refusalWord } from "../words";
import { Icon } from "./icon";
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

export function TraySlip() {
  return (
    <SlipFrame title={t("guard.tray.title")}>
      {items.value.length === 0 ? (
        <p class="queue-empty">
          <Icon name="circle-check" /> {t("guard.tray.empty")}
        </p>
      ) : (
        <ul class="tray-list">
          {items.value.map((item) => (
            <Kept key={item.id} item={item} />
          ))}
        </ul>
      )}
    </SlipFrame>
  );
}

function Kept({ item }: { item: Item }) {
  const names = item.rows.map((row) => row.name).join(", ");
  const refused = item.status === "refused";
  return (
    <li data-outcome={refused ? "refused" : "waiting"}>
      <Icon name={refused ? "circle-alert" : "send"} />
      <span class="tray-what">{[names, t(KINDS[item.command.kind])].filter(Boolean).join(" · ")}</span>
      <span class="tray-why">
        {refused
          ? refusalWord(item.code ?? "", item.values)
          : t("guard.tray.waits", { time: hour(String(item.command["device_time"])) })}
      </span>
      {refused ? (
        <span class="tray-acts">
          <button type="button" class="button button-plain" onClick={() => void insistOn(item.id)}>
            {t("guard.tray.insist")}
          </button>
          <button type="button" class="button button-quiet" onClick={() => void dropItem(item.id)}>
            {t("guard.tray.drop")}
          </button>
        </span>
      ) : null}
    </li>
  );
}
