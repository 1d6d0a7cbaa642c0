// What people read: the catalogues of the reader's language, as the build writes them.

type Catalogue = Readonly<Record<string, string>>;
export type Language = "vi" | "en";

let catalogue: Catalogue = {};
let chosen: Language = "vi";

/** Fetch a language's texts; the page is drawn after that. */
export async function loadTexts(wanted: string): Promise<void> {
  chosen = wanted === "en" ? "en" : "vi";
  const found =
    chosen === "en" ? await import("../generated/texts.en.json") : await import("../generated/texts.vi.json");
  catalogue = found.default;
}

export function language(): Language {
  return chosen;
}

/** A text with its `{named}` places filled; a key without a text is shown as it is. */
export function t(key: string, values: Readonly<Record<string, unknown>> = {}): string {
  const text = catalogue[key] ?? key;
  return text.replace(/\{([a-z_]+)\}/g, (place, name: string) => (name in values ? String(values[name]) : place));
}

export function has(key: string): boolean {
  return key in catalogue;
}

/** The decimal mark of the reader's language. */
export function point(): string {
  return chosen === "en" ? "." : ",";
}
