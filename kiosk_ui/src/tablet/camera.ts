// The tablet's camera as a scanner: a stream, its light and zoom, and a loop that looks at frames. A frame is looked at
// and forgotten; none is kept, sent or shown anywhere but in the viewfinder.

export interface Read {
  readonly rawValue: string;
  readonly format: string;
}

/** What the browser's BarcodeDetector and the one of the wasm have in common. */
export interface Detector {
  detect(image: HTMLCanvasElement): Promise<readonly Read[]>;
}

interface NativeDetector {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

export type Trouble = "insecure" | "denied" | "missing" | "busy" | "decoder";

export class CameraTrouble extends Error {
  constructor(readonly why: Trouble) {
    super(why);
  }
}

interface Capabilities {
  readonly torch?: boolean;
  readonly zoom?: { readonly min: number; readonly max: number };
  readonly focusMode?: readonly string[];
}

/** Of passes and cards, then of employees' badges. */
const FORMATS = ["qr_code", "code_128", "code_39"];
const CHOSEN = "gatebook.tablet.camera";
const WIDE = { width: { ideal: 1920 }, height: { ideal: 1080 } };
const NEAR = 2;
/** Between two looks, so that a slow tablet still paints. */
const REST = 60;
/** The middle of the picture at its full sharpness; each third look takes in the whole. */
const SHARP = 960;
const WHOLE = 1280;

export class Camera {
  private constructor(
    private readonly stream: MediaStream,
    private readonly track: MediaStreamTrack,
    /** All cameras there are, this one first. */
    readonly ids: readonly string[],
  ) {}

  /** Open the camera chosen before, else the one on the back; rejects with CameraTrouble. */
  static async open(id: string | null = localStorage.getItem(CHOSEN)): Promise<Camera> {
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (devices === undefined) throw new CameraTrouble("insecure");
    const stream = await streamOf(devices, id);
    const [track] = stream.getVideoTracks();
    if (track === undefined) throw new CameraTrouble("missing");
    const own = track.getSettings().deviceId ?? "";
    const others = (await devices.enumerateDevices())
      .filter((device) => device.kind === "videoinput" && device.deviceId !== "" && device.deviceId !== own)
      .map((device) => device.deviceId);
    const camera = new Camera(stream, track, [own, ...others]);
    if (camera.can.focusMode?.includes("continuous")) await camera.apply({ focusMode: "continuous" });
    return camera;
  }

  private get can(): Capabilities {
    // Firefox has no such method.
    return (this.track as { getCapabilities?: () => Capabilities }).getCapabilities?.call(this.track) ?? {};
  }

  get hasTorch(): boolean {
    return this.can.torch === true;
  }

  /** How near it can come to a small code; null where it can't. */
  get near(): number | null {
    const most = this.can.zoom?.max ?? 1;
    return most > 1 ? Math.min(NEAR, most) : null;
  }

  async light(on: boolean): Promise<void> {
    await this.apply({ torch: on });
  }

  async zoom(near: boolean): Promise<void> {
    await this.apply({ zoom: near ? (this.near ?? 1) : (this.can.zoom?.min ?? 1) });
  }

  async show(video: HTMLVideoElement): Promise<void> {
    video.srcObject = this.stream;
    await video.play();
  }

  /** Called once if the camera goes by itself: pulled out, or taken by another app. */
  onGone(gone: () => void): void {
    this.track.addEventListener("ended", gone, { once: true });
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
  }

  private async apply(wanted: Readonly<Record<string, unknown>>): Promise<void> {
    // A device that promises a light and has none is no reason to fail.
    await this.track.applyConstraints({ advanced: [wanted as MediaTrackConstraintSet] }).catch(() => undefined);
  }
}

export function chooseCamera(id: string): void {
  localStorage.setItem(CHOSEN, id);
}

async function streamOf(devices: MediaDevices, id: string | null): Promise<MediaStream> {
  const which: MediaTrackConstraints = id === null ? { facingMode: { ideal: "environment" } } : { deviceId: { exact: id } };
  try {
    return await devices.getUserMedia({ video: { ...WIDE, ...which }, audio: false });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : (error as { name?: string }).name;
    if (id !== null && (name === "OverconstrainedError" || name === "NotFoundError")) return streamOf(devices, null);
    throw new CameraTrouble(troubleOf(name));
  }
}

function troubleOf(name: string | undefined): Trouble {
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "busy";
}

/** The browser's own detector where it knows QR, else the wasm's; rejects with CameraTrouble. */
export async function detector(): Promise<Detector> {
  const native = (globalThis as { BarcodeDetector?: NativeDetector }).BarcodeDetector;
  const known = (await native?.getSupportedFormats().catch(() => [])) ?? [];
  if (native !== undefined && known.includes("qr_code")) {
    return new native({ formats: FORMATS.filter((format) => known.includes(format)) });
  }
  try {
    const { wasmDetector } = await import("./decoder");
    return await wasmDetector(FORMATS);
  } catch {
    throw new CameraTrouble("decoder");
  }
}

/** Look at the video's frames until a code is read or `stop` is called. */
export function look(video: HTMLVideoElement, eye: Detector, found: (text: string) => void): { stop: () => void } {
  const canvas = document.createElement("canvas");
  let stopped = false;
  let looks = 0;
  let once = "";
  const stop = (): void => {
    stopped = true;
    // Nothing of the last frame stays.
    canvas.width = canvas.height = 0;
  };
  const again = (): void => void setTimeout(() => (stopped ? undefined : nextFrame(video, () => void see())), REST);
  const see = async (): Promise<void> => {
    if (stopped) return;
    if (drawn(video, canvas, looks++ % 3 === 2)) {
      const [read] = await eye.detect(canvas).catch(() => []);
      if (stopped) return;
      const text = read?.rawValue ?? "";
      // Bars have a weak check of their own, or none: they count when they are read alike twice.
      if (text !== "" && (read?.format === "qr_code" || text === once)) {
        stop();
        return found(text);
      }
      if (text !== "") once = text;
    }
    again();
  };
  nextFrame(video, () => void see());
  return { stop };
}

function nextFrame(video: HTMLVideoElement, then: () => void): void {
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(then);
  else requestAnimationFrame(then);
}

/** Draw what is to be looked at; false while there is no picture yet. */
function drawn(video: HTMLVideoElement, canvas: HTMLCanvasElement, whole: boolean): boolean {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return false;
  const side = Math.min(width, height);
  const [wide, high] = whole ? [width, height] : [side, side];
  const scale = Math.min(1, (whole ? WHOLE : SHARP) / Math.max(wide, high));
  canvas.width = Math.round(wide * scale);
  canvas.height = Math.round(high * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(video, (width - wide) / 2, (height - high) / 2, wide, high, 0, 0, canvas.width, canvas.height);
  return context !== null;
}
