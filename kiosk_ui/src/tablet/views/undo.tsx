// After an act, for ten seconds: what was done, and the way back.
import { lastAct, UNDO_MILLISECONDS, undoLast } from "../acts";
import { seenNow } from "../clock";
import { takeBack, thrownAway } from "../desk";
import { type Draft, valueOf } from "../drafts";
import { t } from "../texts";
import { refusalWord } from "../words";
import { Icon } from "./icon";

export function UndoBar() {
  const act = lastAct.value;
  const thrown = thrownAway.value;
  const back = thrown === null ? 0 : leftOf(thrown.at);
  if (thrown !== null && back > 0 && thrown.at > (act?.at ?? 0)) return <Thrown draft={thrown.draft} left={back} />;
  const left = act === null ? 0 : leftOf(act.at);
  // The strip keeps its place, so that no key moves under a finger when it comes or goes.
  if (act === null) return <div class="undo" role="status" data-how="old" />;
  if (act.how === "refused") {
    return (
      <div class="undo" role="alert" data-how="refused">
        <p class="undo-text">
          <Icon name="circle-alert" />
          <span>{refusalWord(act.refusal?.code ?? "", act.refusal?.values ?? {})}</span>
        </p>
        <button type="button" class="undo-act" onClick={() => (lastAct.value = null)}>
          {t("guard.undo.seen")}
        </button>
      </div>
    );
  }
  return (
    <div class="undo" role="status" data-how={left > 0 || act.how === "pending" ? act.how : "old"}>
      <p class="undo-text">
        <Icon name={act.how === "recorded" ? "check" : act.how === "later" ? "inbox" : "send"} />
        <span>
          {act.text}
          {act.how === "later" ? ` · ${t("guard.undo.later")}` : ""}
        </span>
      </p>
      {act.undoable && left > 0 ? <WayBack left={left} onTap={() => void undoLast()} /> : null}
    </div>
  );
}

/** The button, and the seconds that are left for it. */
function WayBack({ left, onTap }: { left: number; onTap: () => void }) {
  return (
    <>
      <button type="button" class="undo-act" onClick={onTap}>
        <Icon name="undo-2" />
        {t("common.undo")}
      </button>
      <span class="undo-time" aria-hidden="true">
        {Math.min(left, 10)}
      </span>
    </>
  );
}

function leftOf(since: number): number {
  return Math.ceil((since + UNDO_MILLISECONDS - seenNow()) / 1000);
}

/** What was half typed is gone; ten seconds to have it back. */
function Thrown({ draft, left }: { draft: Draft; left: number }) {
  const name = valueOf(draft, "full_name") || t(`rules.kind.${draft.kind}`);
  return (
    <div class="undo" role="status" data-how="old">
      <p class="undo-text">
        <Icon name="x" />
        <span>{t("guard.half.thrown", { name })}</span>
      </p>
      <WayBack left={left} onTap={takeBack} />
    </div>
  );
}
