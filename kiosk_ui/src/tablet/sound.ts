// What is heard and felt when a line is written: each decision its own way. Never the only sign: the strip says it.
import type { Settings } from "./look";
import { settings } from "./settings";
import type { State } from "./types";

export type Cue = "admit" | "rest" | "refer" | "stop" | "out";

/** One note: hertz, and when it begins and how long it lasts, in seconds. */
export interface Note {
  readonly pitch: number;
  readonly at: number;
  readonly lasts: number;
  readonly wave: OscillatorType;
}

const note = (pitch: number, at: number, lasts: number, wave: OscillatorType = "sine"): Note => ({
  pitch,
  at,
  lasts,
  wave,
});

/** Admit rises, rest stays, refer falls, stop is low and rough and twice as long; out is one soft note. */
export const NOTES: Readonly<Record<Cue, readonly Note[]>> = {
  admit: [note(660, 0, 0.09), note(988, 0.1, 0.16)],
  rest: [note(587, 0, 0.12), note(587, 0.2, 0.12)],
  refer: [note(784, 0, 0.14, "triangle"), note(659, 0.16, 0.14, "triangle"), note(523, 0.32, 0.24, "triangle")],
  stop: [note(196, 0, 0.22, "square"), note(165, 0.28, 0.34, "square")],
  out: [note(523, 0, 0.12)],
};

/** Milliseconds on, off, on, … */
export const PULSES: Readonly<Record<Cue, readonly number[]>> = {
  admit: [40],
  rest: [70, 90, 70],
  refer: [70, 60, 70, 60, 140],
  stop: [260, 120, 260],
  out: [20],
};

const LOUDNESS: Readonly<Record<Settings["sound"], number>> = { off: 0, low: 0.08, middle: 0.25, loud: 0.7 };
/** A square wave sounds louder than a sine of the same height. */
const SOFTER: Readonly<Partial<Record<OscillatorType, number>>> = { square: 0.4, triangle: 1.2 };
const EDGE = 0.012;

const CUES: Readonly<Partial<Record<State, Cue>>> = {
  on_site: "admit",
  resting: "rest",
  referred: "refer",
  refused: "stop",
  left: "out",
};
const HEARD = new Set(["check_in", "admit_party", "check_out"]);

/** What an act sounds like, by its command and the lines as they are after it; null where it is silent. */
export function cueOf(kind: string, states: readonly State[]): Cue | null {
  if (!HEARD.has(kind)) return null;
  if (kind === "check_out") return "out";
  return CUES[states[0] ?? "voided"] ?? null;
}

let speaker: AudioContext | null = null;

/** Make an act heard and felt, as far as this tablet is set so and can. */
export function give(cue: Cue | null): void {
  if (cue === null) return;
  const { sound, vibration } = settings.peek();
  // Before a finger has touched the page a browser does neither, and says so in its console.
  if ((globalThis.navigator as Navigator | undefined)?.userActivation?.hasBeenActive === false) return;
  if (vibration) globalThis.navigator?.vibrate?.([...PULSES[cue]]);
  if (sound !== "off" && typeof AudioContext !== "undefined") play(NOTES[cue], LOUDNESS[sound]);
}

function play(notes: readonly Note[], loudness: number): void {
  try {
    speaker ??= new AudioContext();
    if (speaker.state === "suspended") void speaker.resume().catch(() => undefined);
    for (const one of notes) sing(speaker, one, loudness);
  } catch {
    // No loudspeaker, or too many pages that use it: the strip has said it.
    speaker = null;
  }
}

function sing(context: AudioContext, { pitch, at, lasts, wave }: Note, loudness: number): void {
  const begins = context.currentTime + at;
  const voice = context.createOscillator();
  const height = context.createGain();
  voice.type = wave;
  voice.frequency.value = pitch;
  // Without soft edges each note would click.
  height.gain.setValueAtTime(0, begins);
  height.gain.linearRampToValueAtTime(loudness * (SOFTER[wave] ?? 1), begins + EDGE);
  height.gain.setValueAtTime(loudness * (SOFTER[wave] ?? 1), begins + lasts - EDGE);
  height.gain.linearRampToValueAtTime(0, begins + lasts);
  voice.connect(height).connect(context.destination);
  voice.start(begins);
  voice.stop(begins + lasts);
}
