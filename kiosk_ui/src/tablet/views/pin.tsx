// Six digits, shown as dots or as they are; the sixth sends them.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { Problem } from "../api";
import { tick } from "../clock";
import { slip } from "../desk";
import { reconnect, Unchecked } from "../session";
import { offlineSince, onDuty, unsent } from "../store";
import { t } from "../texts";
import { refusalWord } from "../words";
import { Keypad } from "./keypad";
import { SlipFrame } from "./slip";

const LENGTH = 6;

/** What the tablet says of a PIN that it could not take by itself. */
function aloneWord({ why, triesLeft }: Unchecked): string {
  if (why === "wrong") return t("guard.offline.wrong_pin", { count: triesLeft ?? 0 });
  return t(triesLeft === 0 ? "guard.offline.no_tries" : "guard.offline.needs_server");
}

interface Props {
  readonly title: string;
  readonly hidden: boolean;
  readonly onDone: (digits: string) => Promise<void>;
}

export function PinPad({ title, hidden, onDone }: Props) {
  const digits = useSignal("");
  const problem = useSignal("");
  const busy = useSignal(false);
  const openAgain = useSignal(0);
  const wait = Math.ceil((openAgain.value - tick.value) / 1000);

  const type = (digit: string): void => {
    if (busy.value || wait > 0) return;
    if (digits.value.length < LENGTH) digits.value += digit;
    problem.value = "";
    if (digits.value.length === LENGTH) void send();
  };
  const send = async (): Promise<void> => {
    busy.value = true;
    try {
      await onDone(digits.value);
    } catch (error) {
      if (error instanceof Unchecked) problem.value = aloneWord(error);
      else if (!(error instanceof Problem)) problem.value = t("guard.unreachable.short");
      else if (error.code === "too_many_attempts")
        openAgain.value = Date.now() + Number(error.values["wait_seconds"]) * 1000;
      else problem.value = refusalWord(error.code, error.values);
    } finally {
      digits.value = "";
      busy.value = false;
    }
  };
  const back = (): void => void (digits.value = digits.value.slice(0, -1));

  // What was said of a tablet alone is true no more.
  useEffect(() => {
    if (offlineSince.value === null) problem.value = "";
  }, [offlineSince.value]);

  useLayoutEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      if (/^[0-9]$/.test(event.key)) type(event.key);
      if (event.key === "Backspace") back();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });

  return (
    <div class="pin">
      <h2>{title}</h2>
      <div class="pin-dots" role="img" aria-label={t("guard.pin.typed", { count: digits.value.length })}>
        {Array.from({ length: LENGTH }, (_, at) => {
          const digit = digits.value[at];
          return hidden ? (
            <i key={at} data-filled={digit === undefined ? undefined : ""} />
          ) : (
            <b key={at}>{digit ?? "–"}</b>
          );
        })}
      </div>
      <p class="pin-problem" role="alert">
        {wait > 0 ? t("errors.too_many_attempts", { wait_seconds: wait }) : problem.value}
      </p>
      <Keypad onDigit={type} onBack={back} onClear={() => void (digits.value = "")} />
    </div>
  );
}

/** Back on the network without a session: the PIN of whoever works sends what waits. */
export function SendSlip() {
  const count = unsent.value.length;
  const send = async (pin: string): Promise<void> => {
    await reconnect(pin);
    slip.value = null;
  };
  return (
    <SlipFrame title={count > 0 ? t("guard.offline.send", { count }) : t("guard.offline.reconnect")}>
      <PinPad hidden title={t("guard.pin.title", { name: onDuty.value?.name ?? "" })} onDone={send} />
    </SlipFrame>
  );
}
