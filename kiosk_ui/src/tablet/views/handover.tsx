// The change of shift: what is open, what was unusual, a note, and who takes over; and what the next guard reads of it.
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { hour } from "../clock";
import { halfTyped, slip } from "../desk";
import { away, handOver, news, noteSeen, summary, takers, unusual, unusualWord } from "../handover";
import { logOut, takeOver } from "../session";
import { inside, onDuty, resting, unsent, waiting } from "../store";
import { t } from "../texts";
import type { TabletAccount, TabletHandover } from "../types";
import { Icon } from "./icon";
import { useNeedsNetwork } from "./known";
import { PinPad } from "./pin";
import { Option, SlipFrame } from "./slip";

const NOTE_MOST = 1000;

export function HandoverSlip() {
  const note = useSignal("");
  const taker = useSignal<TabletAccount | null>(null);
  const from = onDuty.value;
  if (from === null) return null;
  const give = async (to: TabletAccount, pin: string): Promise<void> => {
    const told = summary(note.value, to);
    await takeOver(to.id, pin, () => handOver(from, to, told));
    slip.value = null;
  };
  const end = async (): Promise<void> => {
    slip.value = null;
    await handOver(from, null, summary(note.value, null));
    await logOut();
  };
  return (
    <SlipFrame title={t("guard.handover.title", { name: from.name })}>
      <div class="handover">
        <div class="handover-told">
          <Open />
          <Away />
          <UnusualList />
          <div class="field">
            <label for="handover-note">{t("guard.handover.note")}</label>
            <textarea
              id="handover-note"
              rows={3}
              maxLength={NOTE_MOST}
              placeholder={t("guard.handover.note_hint")}
              value={note.value}
              onInput={(event) => (note.value = event.currentTarget.value)}
            />
          </div>
        </div>
        <div class="handover-who">
          {taker.value === null ? (
            <Takers from={from} onTake={(one) => (taker.value = one)} onEnd={() => void end()} />
          ) : (
            <Pin taker={taker.value} onBack={() => (taker.value = null)} onDone={give} />
          )}
        </div>
      </div>
    </SlipFrame>
  );
}

interface TakersProps {
  readonly from: TabletAccount;
  readonly onTake: (one: TabletAccount) => void;
  readonly onEnd: () => void;
}

function Takers({ from, onTake, onEnd }: TakersProps) {
  const guards = useMemo(() => takers(from), [from]);
  const needs = useNeedsNetwork(guards);
  return (
    <>
      <h3>{t("guard.handover.who")}</h3>
      <div class="stack-tight">
        {guards.map((one) => (
          <Option
            key={one.id}
            icon="user-round"
            word={one.name}
            more={needs(one.id) ?? undefined}
            onTap={() => onTake(one)}
          />
        ))}
      </div>
      <button type="button" class="button button-plain button-wide" onClick={onEnd}>
        <Icon name="log-out" />
        <span>{t("guard.handover.nobody")}</span>
      </button>
    </>
  );
}

interface PinProps {
  readonly taker: TabletAccount;
  readonly onBack: () => void;
  readonly onDone: (to: TabletAccount, pin: string) => Promise<void>;
}

function Pin({ taker, onBack, onDone }: PinProps) {
  return (
    <>
      <PinPad hidden title={t("guard.pin.title", { name: taker.name })} onDone={(pin) => onDone(taker, pin)} />
      <button type="button" class="button button-plain button-wide" onClick={onBack}>
        <Icon name="users-round" />
        <span>{t("guard.handover.other")}</span>
      </button>
    </>
  );
}

function Open() {
  const counts: readonly (readonly [string, number])[] = [
    ["guard.tab.waiting", waiting.value.length],
    ["guard.tab.resting", resting.value.length],
    ["guard.tab.inside", inside.value.length],
    ["guard.handover.unsent", unsent.value.length],
    ["guard.handover.half_typed", halfTyped.value.length],
  ];
  const rests = resting.value.map(({ name, rest_until }) =>
    rest_until === null
      ? t("guard.handover.waits_for_doctor", { name })
      : t("guard.handover.rests", { name, time: hour(rest_until) }),
  );
  return (
    <>
      <Counts counts={counts.map(([key, count]) => [t(key), count])} />
      {rests.length > 0 ? <Lines icon="timer" head={t("guard.tab.resting")} lines={rests} /> : null}
    </>
  );
}

function Counts({ counts }: { counts: readonly (readonly [string, number])[] }) {
  return (
    <dl class="handover-counts">
      {counts.map(([word, count]) => (
        <div key={word} data-none={count === 0 ? "" : undefined}>
          <dt>{word}</dt>
          <dd>{count}</dd>
        </div>
      ))}
    </dl>
  );
}

function Away() {
  const lines = away.value.map(({ number, name, since }) =>
    [number, name, since === null ? "" : t("guard.handover.since", { time: hour(since) })].filter(Boolean).join(" · "),
  );
  return <Lines icon="id-card" head={t("guard.handover.badges")} lines={lines} none={t("guard.handover.badges_none")} />;
}

function UnusualList() {
  const lines = unusual.value.map(unusualWord);
  return <Lines icon="flag" head={t("guard.handover.unusual")} lines={lines} none={t("guard.handover.unusual_none")} />;
}

interface LinesProps {
  readonly icon: string;
  readonly head: string;
  readonly lines: readonly string[];
  readonly none?: string;
}

function Lines({ icon, head, lines, none }: LinesProps) {
  return (
    <section class="handover-lines">
      <h3>
        <Icon name={icon} /> {head}
      </h3>
      {lines.length === 0 ? (
        <p class="soft">{none}</p>
      ) : (
        <ul>
          {lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What the guard before said, where nobody is at the desk yet: read, and put away with one tap. */
export function LastHandover() {
  const told = news.value;
  return told === null ? null : <Told told={told} />;
}

function Told({ told }: { told: TabletHandover }) {
  const { open } = told;
  return (
    <section class="told" aria-label={t("guard.handover.told")}>
      <h2>{t(headOf(told), names(told))}</h2>
      {told.note ? <p class="told-note">{told.note}</p> : null}
      <Counts
        counts={[
          [t("guard.tab.waiting"), open.waiting],
          [t("guard.tab.resting"), open.resting],
          [t("guard.tab.inside"), open.on_site],
        ]}
      />
      {told.badges_missing.length > 0 ? (
        <Lines icon="id-card" head={t("guard.handover.badges")} lines={[told.badges_missing.join(", ")]} />
      ) : null}
      {told.unusual.length > 0 ? <Lines icon="flag" head={t("guard.handover.unusual")} lines={told.unusual} /> : null}
      <button type="button" class="button button-primary" onClick={() => noteSeen(told)}>
        <Icon name="check" />
        <span>{t("guard.handover.seen")}</span>
      </button>
    </section>
  );
}

function headOf(told: TabletHandover): string {
  if (told.by_taker) return "guard.handover.by_taker";
  return told.to_name === null ? "guard.handover.from_nobody" : "guard.handover.from";
}

function names(told: TabletHandover): { from: string; to: string; time: string } {
  return { from: told.from_name, to: told.to_name ?? "", time: hour(told.at) };
}
