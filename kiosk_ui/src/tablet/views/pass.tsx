// A pass that opens nothing by itself: why, in words, and what can be done for whoever shows it.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { groupDigits } from "../../rules/digits";
import { hour } from "../clock";
import { openByDigits, openNew, openVisit, slip } from "../desk";
import { askBook, companionsLeft, type Told } from "../passes";
import { net, snapshot } from "../store";
import { t } from "../texts";
import { refusalWord } from "../words";
import { Icon } from "./icon";
import { Option, SlipFrame } from "./slip";

export function PassSlip({ told }: { told: Told }) {
  const book = useSignal<string | null>(null);
  const { how, digits, statement, line } = told;
  useEffect(() => {
    if (how !== "unknown" || digits === null || net.value === "offline") return;
    void askBook(digits).then((answer) => {
      // Meanwhile the guard may have gone on to somebody else.
      const shown = slip.peek();
      if (answer === null || shown?.shows !== "pass" || shown.told !== told) return;
      if ("code" in answer) book.value = refusalWord(answer.code, answer.values);
      else openVisit(answer);
    });
  }, [told]);
  const rest = statement === null ? 0 : companionsLeft(statement);
  return (
    <SlipFrame title={t("guard.pass.title")}>
      <p class={`notice ${how === "unknown" ? "notice-rest" : "notice-stop"}`} role="alert">
        <Icon name={how === "unknown" ? "circle-help" : "ban"} />
        <span>{book.value ?? words(told)}</span>
      </p>
      {line !== null ? (
        <Option icon="user-round" word={t("guard.pass.show", { name: line.name })} onTap={() => openVisit(line)} />
      ) : null}
      {how === "used" && statement !== null && rest > 0 ? (
        <Option
          icon="users"
          word={t("guard.pass.companion", { count: rest })}
          onTap={() => openByDigits(statement.digits, statement.kind, statement.people - rest)}
        />
      ) : null}
      {how === "unknown" && digits !== null ? (
        <Option
          icon="file-text"
          word={t("guard.pass.keep", { digits: groupDigits(digits) })}
          onTap={() => openByDigits(digits, "visitor", 0)}
        />
      ) : (
        <Option icon="file-text" word={t("guard.pass.by_hand")} onTap={() => openNew("visitor")} />
      )}
    </SlipFrame>
  );
}

function words({ how, digits, statement, line }: Told): string {
  if (how === "used" && line !== null) {
    const gate = snapshot.value?.gates.find((one) => one.id === line.gate_in_id)?.name ?? "";
    return t("guard.pass.used", { name: line.name, time: hour(line.admitted_at ?? line.occurred_at), gate });
  }
  if (how === "expired" && statement !== null) {
    return t("guard.pass.expired", { name: statement.name, time: hour(statement.expires) });
  }
  if (how === "unknown") {
    const key = net.value === "offline" ? "guard.pass.unknown_offline" : "guard.pass.unknown";
    return t(key, { digits: groupDigits(digits ?? "") });
  }
  return t(`guard.pass.${how}`);
}
