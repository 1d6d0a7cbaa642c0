// The viewfinder, and what is said of a code that opens nothing.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Camera, CameraTrouble, chooseCamera, detector, look, type Trouble } from "../camera";
import { openNew, slip } from "../desk";
import { type NoCard, taken } from "../scan";
import { secure } from "../store";
import { t } from "../texts";
import { Icon } from "./icon";
import { Option, SlipFrame } from "./slip";

/** A camera that nobody holds anything to is switched off: it warms the tablet and empties its battery. */
const LONGEST = 90_000;

type State =
  | { readonly is: "opening" }
  | { readonly is: "looking"; readonly camera: Camera }
  | { readonly is: "stopped"; readonly why: Trouble | "resting" };

export function ScanSlip() {
  const video = useRef<HTMLVideoElement>(null);
  const state = useSignal<State>({ is: "opening" });
  const chosen = useSignal<string | null>(null);
  const round = useSignal(0);
  useEffect(() => {
    state.value = { is: "opening" };
    return watchFor(video.current, chosen.peek(), (next) => (state.value = next));
  }, [round.value]);
  const again = (id: string | null): void => {
    chosen.value = id;
    round.value += 1;
  };
  const { value } = state;
  return (
    <SlipFrame title={t("guard.scan.title")} foot={<ByHand />}>
      {value.is === "stopped" ? (
        <Stopped why={value.why} onAgain={() => again(chosen.peek())} />
      ) : (
        <p class="scan-hint" role="status">
          {t(value.is === "opening" ? "guard.scan.opening" : "guard.scan.hold")}
        </p>
      )}
      <div class="scan-finder" data-state={value.is} hidden={value.is === "stopped"}>
        <video ref={video} muted playsInline aria-label={t("guard.scan.picture")} />
        <i class="scan-frame" aria-hidden="true" />
      </div>
      {value.is === "looking" ? <Controls key={round.value} camera={value.camera} onSwitch={again} /> : null}
    </SlipFrame>
  );
}

/** Open a camera and look until something is read; returns how to end it, at whatever point it is. */
function watchFor(video: HTMLVideoElement | null, id: string | null, tell: (state: State) => void): () => void {
  if (video === null) return () => undefined;
  const ends: (() => void)[] = [];
  let ended = false;
  const end = (): void => {
    ended = true;
    for (const one of ends.splice(0)) one();
    video.srcObject = null;
  };
  const stop = (why: Trouble | "resting"): void => {
    if (ended) return;
    end();
    tell({ is: "stopped", why });
  };
  const begin = async (): Promise<void> => {
    const [camera, eye] = await Promise.all([openUnless(() => ended, id), detector()]);
    if (camera === null) return;
    ends.push(() => camera.close());
    if (ended) return end();
    camera.onGone(() => stop("busy"));
    await camera.show(video);
    if (ended) return;
    tell({ is: "looking", camera });
    const eyes = look(video, eye, (text) => (end(), taken(text, "camera")));
    ends.push(eyes.stop);
  };
  const hide = (): void => void (document.hidden && stop("resting"));
  document.addEventListener("visibilitychange", hide);
  const tired = setTimeout(() => stop("resting"), LONGEST);
  ends.push(() => document.removeEventListener("visibilitychange", hide), () => clearTimeout(tired));
  begin().catch((error: unknown) => stop(error instanceof CameraTrouble ? error.why : "busy"));
  return end;
}

/** The camera, closed again if the viewfinder went while it opened. */
async function openUnless(isOver: () => boolean, id: string | null): Promise<Camera | null> {
  const camera = id === null ? await Camera.open() : await Camera.open(id);
  if (!isOver()) return camera;
  camera.close();
  return null;
}

function Controls({ camera, onSwitch }: { camera: Camera; onSwitch: (id: string) => void }) {
  const lit = useSignal(false);
  const near = useSignal(false);
  const light = (): void => void camera.light((lit.value = !lit.value));
  const zoom = (): void => void camera.zoom((near.value = !near.value));
  const [, next] = camera.ids;
  const turn = (id: string): void => (chooseCamera(id), onSwitch(id));
  return (
    <div class="cluster scan-controls">
      {camera.hasTorch ? (
        <button type="button" class="button button-plain" aria-pressed={lit.value} onClick={light}>
          <Icon name="flashlight" />
          <span>{t("guard.scan.torch")}</span>
        </button>
      ) : null}
      {camera.near !== null ? (
        <button type="button" class="button button-plain" aria-pressed={near.value} onClick={zoom}>
          <Icon name="zoom-in" />
          <span>{t("guard.scan.near")}</span>
        </button>
      ) : null}
      {next !== undefined ? (
        <button type="button" class="button button-plain" onClick={() => turn(next)}>
          <Icon name="switch-camera" />
          <span>{t("guard.scan.switch")}</span>
        </button>
      ) : null}
    </div>
  );
}

function Stopped({ why, onAgain }: { why: Trouble | "resting"; onAgain: () => void }) {
  return (
    <>
      <p class="notice notice-rest" role="alert">
        <Icon name="camera-off" />
        <span>{t(`guard.scan.trouble.${why}`)}</span>
      </p>
      {why === "insecure" ? null : (
        <Option icon="camera" word={t(why === "resting" ? "guard.scan.reopen" : "guard.scan.retry")} onTap={onAgain} />
      )}
    </>
  );
}

function ByHand() {
  return (
    <button type="button" class="button button-primary scan-by-hand" onClick={() => openNew("visitor")}>
      <Icon name="keyboard" />
      <span>{t("guard.scan.by_hand")}</span>
    </button>
  );
}

/** A code that is no pass and no citizen card: what it is, and what to do instead. */
export function NoCardSlip({ how }: { how: NoCard }) {
  return (
    <SlipFrame title={t("guard.scan.no_card")}>
      <p class="notice notice-rest" role="alert">
        <Icon name="circle-help" />
        <span>{t(`guard.scan.${how}`)}</span>
      </p>
      <div class="options">
        <Option icon="keyboard" word={t("guard.scan.by_hand")} onTap={() => openNew("visitor")} />
        {secure.value ? (
          <Option icon="camera" word={t("guard.scan.open")} onTap={() => (slip.value = { shows: "scan" })} />
        ) : null}
      </div>
    </SlipFrame>
  );
}

/** Opens the viewfinder; where the page may have no camera, there is no button. */
export function ScanButton({ large = false }: { large?: boolean }) {
  if (!secure.value) return null;
  const word = t("guard.scan.open");
  const open = (): void => void (slip.value = { shows: "scan" });
  if (large) {
    return (
      <button type="button" class="button button-primary scan-large" onClick={open}>
        <Icon name="camera" />
        <span>{word}</span>
      </button>
    );
  }
  return (
    <button type="button" class="button button-plain square" aria-label={word} onClick={open}>
      <Icon name="camera" />
    </button>
  );
}
