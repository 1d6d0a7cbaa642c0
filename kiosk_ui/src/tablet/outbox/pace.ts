// How the sender passes its time. Tests have their own clock and chance; a tablet has these.
import { ASK_MILLISECONDS } from "./items";

/** All in milliseconds. */
export interface Pace {
  now(): number;
  /** From 0 up to 1: tablets that lost the same network do not all come back in the same moment. */
  random(): number;
  /** How long a guard waits for an answer. */
  readonly ask: number;
  /** How long a fact's answer is waited for. */
  readonly patience: number;
  /** The first pause after a failure; each next one is twice as long, up to the longest. */
  readonly first: number;
  readonly longest: number;
  /** Longer than any request takes: it is renewed before each. */
  readonly lease: number;
  /** How often a tab whose lines another one sends looks whether that one is still there. */
  readonly look: number;
}

export const PACE: Pace = {
  now: () => Date.now(),
  random: () => Math.random(),
  ask: ASK_MILLISECONDS,
  patience: 8000,
  first: 500,
  longest: 10_000,
  lease: 12_000,
  look: 700,
};

/** Between half of a pause and the whole of it. */
export function jittered(pause: number, pace: Pace): number {
  return pause * (1 + pace.random()) * 0.5;
}
