// Reads codes where the browser can't: a chunk and a wasm of their own, loaded when the camera is first opened.
import { BarcodeDetector, type BarcodeFormat, prepareZXingModule } from "barcode-detector/ponyfill";
import type { Detector } from "./camera";

/** Where the build put the wasm, on our own origin. */
declare const DECODER_WASM: string;

export async function wasmDetector(formats: readonly string[]): Promise<Detector> {
  await prepareZXingModule({ overrides: { locateFile: () => DECODER_WASM }, fireImmediately: true });
  return new BarcodeDetector({ formats: formats as BarcodeFormat[] });
}
