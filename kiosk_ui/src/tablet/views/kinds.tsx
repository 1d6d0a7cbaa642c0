// "+": which kind of person. A kind that asks for nothing is recorded with this tap, and may be undone.
import { BLANK_INPUT, decide, type Kind } from "../../rules/screening";
import { now } from "../clock";
import { openNew, slip } from "../desk";
import { current, inputOf } from "../drafts";
import { carryOut } from "../gate";
import { snapshot } from "../store";
import { t } from "../texts";
import { Option, SlipFrame } from "./slip";

const ICONS: Readonly<Partial<Record<Kind, string>>> = {
  visitor: "user-round",
  delivery: "truck",
  citizen: "users-round",
  invited: "car",
  emergency: "bell",
};
const MORE: Readonly<Partial<Record<Kind, string>>> = {
  delivery: "guard.new.delivery",
  citizen: "guard.new.citizen",
  invited: "guard.new.invited",
  emergency: "guard.new.emergency",
};

export function Kinds() {
  return (
    <SlipFrame title={t("guard.new.title")}>
      <div class="options">
        {(Object.keys(ICONS) as Kind[]).map((kind) => (
          <Option
            key={kind}
            icon={ICONS[kind] ?? "user-plus"}
            word={t(`rules.kind.${kind}`)}
            more={MORE[kind] ? t(MORE[kind]) : ""}
            onTap={() => begin(kind)}
          />
        ))}
      </div>
    </SlipFrame>
  );
}

function begin(kind: Kind): void {
  openNew(kind);
  slip.value = null;
  const draft = current.value;
  const policy = snapshot.value?.policy;
  if (draft === null || !policy || !needsNothing(kind)) return;
  void carryOut(draft, decide(inputOf(draft), policy, now()));
}

/** The least record of this kind is the fact that somebody came. */
export function needsNothing(kind: Kind): boolean {
  const policy = snapshot.value?.policy;
  if (!policy || kind === "visitor") return false;
  const found = decide({ ...BLANK_INPUT, kind, badges_free: false }, policy, now());
  return found.kind === "admit" && found.missing.length === 0;
}
