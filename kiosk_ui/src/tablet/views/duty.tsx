// Before the desk: pairing the tablet, who is on duty, the locked screen.
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Problem } from "../api";
import { hour, tick } from "../clock";
import { relieve, summary, takers } from "../handover";
import { lockedGuard, logIn, pair, standIn, unlock } from "../session";
import { erased, greeting, offlineSince, onDuty, secure, snapshot, unsent } from "../store";
import { language, t } from "../texts";
import type { TabletAccount } from "../types";
import { refusalWord } from "../words";
import type { ComponentChildren } from "preact";
import { Device } from "./device";
import { Icon } from "./icon";
import { useNeedsNetwork } from "./known";
import { PinPad } from "./pin";

interface FrameProps {
  readonly title: string;
  readonly place?: string;
  readonly children: ComponentChildren;
}

function Frame({ title, place, children }: FrameProps) {
  return (
    <main class="lock">
      <header class="lock-head">
        <div>
          <h1>{title}</h1>
          {place ? <p class="lock-place soft">{place}</p> : null}
        </div>
        <time class="lock-clock">{hour(tick.value)}</time>
      </header>
      {children}
    </main>
  );
}

function placeWord(): string {
  const found = greeting.value ?? snapshot.value;
  return found ? `${found.gate.name} · ${found.site_name}` : "";
}

export function Plain({ title, text }: { title: string; text: string }) {
  return (
    <Frame title={title}>
      <p class="lead" role="status">
        {text}
      </p>
    </Frame>
  );
}

export function Pairing() {
  return (
    <Frame title={t("guard.pair.title")}>
      {erased.value ? <Notice text={t("guard.offline.erased")} /> : null}
      {unsent.value.length > 0 ? <Notice text={t("guard.offline.kept", { count: unsent.value.length })} /> : null}
      <div class="lock-body">
        <ol class="lock-steps">
          <li>{t("guard.pair.step1")}</li>
          <li>{t("guard.pair.step2")}</li>
          <li>{t("guard.pair.step3")}</li>
        </ol>
        <PinPad title={t("guard.pair.code")} hidden={false} onDone={pair} />
      </div>
      <Device />
      <Languages />
    </Frame>
  );
}

export function Duty() {
  const isAway = offlineSince.value !== null;
  return (
    <Frame title={t("guard.duty.title")} place={placeWord()}>
      {isAway ? <Notice text={t("guard.offline.duty")} /> : null}
      {unsent.value.length > 0 ? <Notice text={t("guard.duty.unsent", { count: unsent.value.length })} /> : null}
      <Who guards={greeting.value?.guards ?? []} begins={(begun) => begun()} />
      <Device />
      <Languages />
    </Frame>
  );
}

interface WhoProps {
  readonly guards: readonly TabletAccount[];
  /** Around the beginning of a shift, whoever's it is. */
  readonly begins: (begun: () => Promise<void>) => Promise<void>;
}

/** The names to tap, and the PIN of the one tapped; or the code of a stand-in. */
function Who({ guards, begins }: WhoProps) {
  const chosen = useSignal<string | null>(guards.length === 1 ? (guards[0]?.id ?? null) : null);
  const standing = useSignal(false);
  const guard = guards.find((one) => one.id === chosen.value);
  const needs = useNeedsNetwork(guards);
  return (
    <div class="lock-body">
      <ul class="lock-people">
        {guards.map((one) => (
          <li key={one.id}>
            <button
              type="button"
              class="person"
              aria-pressed={chosen.value === one.id && !standing.value}
              onClick={() => ((chosen.value = one.id), (standing.value = false))}
            >
              <Icon name="user-round" />
              <span>
                {one.name}
                {one.stand_in ? <small class="soft"> · {t("guard.duty.stand_in")}</small> : null}
                {needs(one.id) === null ? null : <small class="soft"> · {needs(one.id)}</small>}
              </span>
            </button>
          </li>
        ))}
        <li>
          <button type="button" class="person" aria-pressed={standing.value} onClick={() => (standing.value = true)}>
            <Icon name="key-round" />
            {t("guard.standin.open")}
          </button>
        </li>
      </ul>
      {standing.value ? <StandIn begins={begins} /> : null}
      {!standing.value && guard ? (
        <PinPad
          key={guard.id}
          hidden
          title={t("guard.pin.title", { name: guard.name })}
          onDone={(pin) => begins(() => logIn(guard.id, pin))}
        />
      ) : null}
      {!standing.value && !guard ? <p class="lock-hint soft">{t("guard.duty.tap_name")}</p> : null}
    </div>
  );
}

/** The screen of whoever is on duty, locked: the PIN opens it as it was, or the next guard takes over from one who left. */
export function Locked() {
  const guard = lockedGuard();
  const isOther = useSignal(false);
  if (isOther.value && guard !== null) return <Relief from={guard} onBack={() => (isOther.value = false)} />;
  return (
    <Frame title={t("guard.lock.title")} place={placeWord()}>
      {offlineSince.value === null ? null : (
        <Notice text={t(secure.value ? "guard.offline.duty" : "guard.lock.offline")} />
      )}
      <div class="lock-body">
        <div class="stack">
          <p class="lead">{t("guard.lock.kept")}</p>
          <button type="button" class="button button-plain" onClick={() => (isOther.value = true)}>
            <Icon name="users-round" />
            <span>{t("guard.lock.other")}</span>
          </button>
        </div>
        <PinPad hidden title={t("guard.pin.title", { name: guard?.name ?? "" })} onDone={unlock} />
      </div>
    </Frame>
  );
}

/** Whoever was on duty has gone without a handover: nothing changes before the next guard has proven to be here. */
function Relief({ from, onBack }: { from: TabletAccount; onBack: () => void }) {
  const guards = useMemo(() => takers(from), [from]);
  const begins = async (begun: () => Promise<void>): Promise<void> => {
    const told = summary("", null);
    await begun();
    const to = onDuty.peek();
    if (to !== null) await relieve(from, to, told);
  };
  return (
    <Frame title={t("guard.handover.who")} place={placeWord()}>
      <Notice text={t("guard.lock.relief", { name: from.name })} />
      <Who guards={guards} begins={begins} />
      <div>
        <button type="button" class="button button-plain" onClick={onBack}>
          <Icon name="chevron-left" />
          <span>{t("guard.lock.back")}</span>
        </button>
      </div>
    </Frame>
  );
}

function StandIn({ begins }: Pick<WhoProps, "begins">) {
  const problem = useSignal("");
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const value = (name: string): string => String(form.get(name) ?? "").trim();
    try {
      await begins(() => standIn(value("code"), value("name"), value("pin")));
    } catch (error) {
      problem.value = error instanceof Problem ? refusalWord(error.code, error.values) : t("guard.unreachable.short");
    }
  };
  return (
    <form class="form" onSubmit={(event) => void send(event)} noValidate>
      <h2>{t("guard.standin.title")}</h2>
      <p class="soft">{t("guard.standin.lead")}</p>
      <Field name="code" label={t("guard.standin.code")} />
      <Field name="name" label={t("guard.standin.name")} />
      <div class="field">
        <label for="standin-pin">{t("guard.standin.pin")}</label>
        <input id="standin-pin" name="pin" type="password" autocomplete="off" inputMode="numeric" maxLength={6} />
      </div>
      {problem.value ? (
        <p class="error" role="alert">
          <Icon name="circle-alert" />
          <span>{problem.value}</span>
        </p>
      ) : null}
      <button type="submit" class="button button-primary">
        {t("guard.standin.go")}
      </button>
    </form>
  );
}

function Field({ name, label }: { name: string; label: string }) {
  return (
    <div class="field">
      <label for={`standin-${name}`}>{label}</label>
      <input id={`standin-${name}`} name={name} type="text" autocomplete="off" maxLength={100} />
    </div>
  );
}

function Notice({ text }: { text: string }) {
  return (
    <p class="notice notice-rest" role="status">
      <Icon name="info" />
      <span>{text}</span>
    </p>
  );
}

function Languages() {
  const names = [
    ["vi", "Tiếng Việt"],
    ["en", "English"],
  ] as const;
  return (
    <nav class="languages" aria-label={t("common.language")}>
      {names.map(([code, name]) => (
        <a key={code} href={`?lang=${code}`} lang={code} aria-current={language() === code ? "true" : undefined}>
          <span aria-hidden="true">{code.toUpperCase()}</span>
          <span class="sr-only">{name}</span>
        </a>
      ))}
    </nav>
  );
}
