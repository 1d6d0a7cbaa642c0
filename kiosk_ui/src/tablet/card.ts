// The QR of a citizen card (2021 on its front, 2024 on its back), read once and mostly thrown away: UTF-8 text of
// seven fields between bars: number, old number or nothing, name, day of birth, sex, address, day of issue. It is
// unsigned, so it fills fields and proves nothing. All that follows the seventh field is about third parties.
import { normaliseIdentity, parseBirth, warnPerson } from "../rules/person";
import { clean, fold } from "../rules/text";

/** What a card says of its holder, under the names of the sheet's fields; blank where it can't be read surely. */
export interface CardFields {
  readonly full_name: string;
  readonly birth_year: string;
  readonly sex: "male" | "female" | "";
  readonly identity_type: "cccd";
  readonly identity_number: string;
  readonly address: string;
}

/** Codes of `rules.warning.…`: they ask for a look at the card and refuse nobody. */
export type CardWarning = string;

export type CardReading =
  | { readonly how: "card"; readonly fields: CardFields; readonly warnings: readonly CardWarning[] }
  | { readonly how: "health_card" | "vneid" | "link" | "vietqr" | "garbled" | "unknown" };

const FEWEST = 6;
const MOST = 7;
const NUMBER = /^[0-9]{12}$/;
const OLD_NUMBER = /^(?:[0-9]{9})?$/;
const DATE = /^([0-9]{2})([0-9]{2})([0-9]{4})$|^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})$/;
const YEAR = /^[0-9]{4}$/;
const HEX = /^(?:[0-9a-f]{2}){2,}$/i;
const LINK = /^(?:[a-z][a-z0-9+.-]*:|www\.)\S/i;
// EMVCo's payload format indicator, with which every payment QR begins.
const PAYMENT = /^0002\d\d/;
const VNEID = /vneid|dinhdanhdientu/i;
/** An app's sealed code: one long word of base64 or hex, or three with dots between. */
const SEALED = /^(?=.*[a-z])(?=.*[0-9])[a-z0-9+/_=.-]{24,}$/i;

/** Tell what a scanned text is, and what it says if it is a citizen card's. `today` is an ISO date at the site. */
export function readCard(text: string, today: string): CardReading {
  const line = clean(text);
  // On the raw text: cleaning would remove some of the marks by which broken letters are known.
  if (isGarbled(text)) return { how: "garbled" };
  const parts = line.split("|").map(clean);
  if (parts.length >= 3) return ofParts(parts, today);
  if (PAYMENT.test(line)) return { how: "vietqr" };
  if (VNEID.test(line)) return { how: "vneid" };
  if (LINK.test(line)) return { how: "link" };
  if (looksLikeCard(line)) return { how: "garbled" };
  return { how: SEALED.test(line) ? "vneid" : "unknown" };
}

function ofParts(parts: readonly string[], today: string): CardReading {
  if (isHexText(parts[1] ?? "")) return { how: "health_card" };
  if (parts.length < FEWEST) return { how: parts[0] && NUMBER.test(parts[0]) ? "garbled" : "unknown" };
  const [typed = "", name = "", born = "", sex = "", address = ""] = laidOut(parts.slice(0, MOST));
  const number = normaliseIdentity(typed);
  const isCard = DATE.test(born) || YEAR.test(born) || sexOf(sex) !== "";
  if (!NUMBER.test(number)) return { how: isCard && /^[0-9]{8,}$/.test(number) ? "garbled" : "unknown" };
  if (!isName(name) || isTelex(name) || isBrokenSex(sex)) return { how: "garbled" };
  return asCard({ number, name, born, sex, address }, today);
}

interface Said {
  readonly number: string;
  readonly name: string;
  readonly born: string;
  readonly sex: string;
  readonly address: string;
}

function asCard({ number, name, born, sex, address }: Said, today: string): CardReading {
  const birth = birthYear(born, today);
  const fields: CardFields = {
    full_name: name,
    birth_year: birth ?? "",
    sex: sexOf(sex),
    identity_type: "cccd",
    identity_number: number,
    address,
  };
  const warnings = Object.values(warnPerson({ ...fields }, today));
  return { how: "card", fields, warnings: birth === null ? ["card_birth_unreadable", ...warnings] : warnings };
}

/** Number, name, birth, sex, address: with six fields, the old number or the address or the day of issue is left out. */
function laidOut(parts: readonly string[]): string[] {
  const [number = "", second = "", ...rest] = parts;
  const tail = OLD_NUMBER.test(second) || !isName(second) ? rest : [second, ...rest];
  const [name = "", born = "", sex = "", address = ""] = tail;
  return [number, name, born, sex, DATE.test(address) ? "" : address];
}

/** The year, "" where none is given, null where what is given is no day of the calendar: never guessed. */
function birthYear(born: string, today: string): string | null {
  if (born === "") return "";
  const found = DATE.exec(born);
  const day = found === null ? born : [1, 2, 3].map((at) => found[at] ?? found[at + 3]).join("/");
  const birth = found !== null || YEAR.test(born) ? parseBirth(day, today) : "birth_year";
  return typeof birth === "string" ? null : String(birth.year);
}

function sexOf(text: string): CardFields["sex"] {
  const word = fold(text);
  if (word === "nam") return "male";
  return word === "nu" ? "female" : "";
}

/** Something that was Nam or Nữ before a keyboard changed it: `N?`, `Nuwx`, `Nu74`. */
function isBrokenSex(text: string): boolean {
  return text !== "" && sexOf(text) === "" && /^n/i.test(text);
}

function isName(text: string): boolean {
  return /\p{L}.*\p{L}/u.test(text) && !/[0-9?]/.test(text);
}

/** Bytes of text written as hex digits, as the health-insurance card writes names and addresses. */
function isHexText(text: string): boolean {
  if (!HEX.test(text)) return false;
  const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  try {
    return /^[\p{L}\p{M} .'’-]+$/u.test(new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim());
  } catch {
    return false;
  }
}

// UTF-8 taken for Windows-1252 or Latin-1: every Vietnamese letter becomes one of these and what must not follow it.
const MISREAD =
  /[\u00c3-\u00c6][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2018-\u203a\u20ac\u2122]|\u00e1[\u00ba\u00bb]/;
// Digits as the Vietnamese keyboard layout types them: 1 to 4 and 0 are ă â ê ô đ, 5 to 9 are tones.
const VIETNAMESE_LAYOUT = /^[aeođ\u0300-\u0303\u0306\u0309\u0323]{8,}/u;
const FRENCH_LAYOUT = /^[&é"'(\-è_çà§!]{9,}/u;
/** Letters of Telex that no Vietnamese name keeps: DDuwcs, Vawn, Nguyeenx. */
const TELEX = /^(?:dd\p{L}*|\p{L}*[aou]w\p{L}*|\p{L}*(?:aa|ee|oo)\p{L}{0,2}[sfrxj])$/iu;

/** Whether an input method or a wrong keyboard layout changed what a scanner typed. */
function isGarbled(text: string): boolean {
  return (
    /[\ufffd\u25a1]/u.test(text) ||
    MISREAD.test(text) ||
    VIETNAMESE_LAYOUT.test(text.normalize("NFD")) ||
    FRENCH_LAYOUT.test(text)
  );
}

function isTelex(name: string): boolean {
  return name.split(" ").filter((word) => TELEX.test(word)).length >= 2;
}

/** A card whose bars became something else: twelve digits and a mark that comes again and again. */
function looksLikeCard(line: string): boolean {
  const mark = /^[0-9]{12}([^\p{L}\p{M}0-9\s])/u.exec(line)?.[1];
  return mark !== undefined && line.split(mark).length >= FEWEST;
}
