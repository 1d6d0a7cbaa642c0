// What was scanned, or typed with Enter: a pass, a badge, a citizen card, digits, a name; everything else is told apart
// in words.
import { type CardFields, type CardReading, readCard } from "./card";
import { isoDay, now, seenNow } from "./clock";
import { clearSearch, found, leavingId, openFound, openNew, openVisit, said, slip, typed } from "./desk";
import * as drafts from "./drafts";
import { isWholePass, theOne } from "./find";
import { type PassReading, readPass, type Statement } from "./pass";
import { worthOf } from "./passes";
import { snapshot, waiting } from "./store";
import { t } from "./texts";
import { fold } from "../rules/text";

export type By = "camera" | "wedge" | "hand";
/** Why a code opened nothing; `unreadable` is what a camera makes of a broken card. */
export type NoCard = Exclude<CardReading["how"], "card" | "unknown"> | "unreadable";

/** The mark of the kind of code, which a scanner may be set to put before it. */
const MARK = /^\][A-Za-z][0-9]/;

/** The end of a scan, whatever had the focus. */
export function taken(text: string, by: "camera" | "wedge"): void {
  if (slip.peek()?.shows === "scan") slip.value = null;
  enter(text.replace(MARK, ""), by);
}

/** Letters were lost on their way from a scanner through an input method. */
export function unreadable(): void {
  tell("garbled");
}

/** Enter in the search field. */
export function enterTyped(text: string): void {
  enter(text, "hand");
}

function enter(text: string, by: By): void {
  const site = snapshot.value;
  const pass = site && readPass(text, { siteId: site.site_id, passKey: site.pass_key }, seenNow());
  if (pass && pass.how !== "digits_only" && pass.how !== "not_a_pass") return enterPass(pass);
  if (enterCard(readCard(text, isoDay(now())), by, text.includes("|"))) return;
  typed.value = text;
  const one = theOne(found.value) ?? (found.value.length > 0 && !isWholePass(text) ? found.value[0] : null);
  if (one) openFound(one);
  else if (pass?.how === "digits_only" && found.value.length === 0) enterPass(pass);
  else if (text.trim() !== "") said.value = t("guard.find.nobody", { typed: text.trim() });
}

/** A citizen card fills a sheet; another code is told from it in words. False for what may be a name or digits. */
function enterCard(card: CardReading, by: By, hasBars: boolean): boolean {
  if (card.how === "unknown" || (card.how === "garbled" && by === "hand" && !hasBars)) return false;
  clearSearch();
  if (card.how !== "card") tell(card.how === "garbled" && by === "camera" ? "unreadable" : card.how);
  else openHolder(card.fields);
  return true;
}

function tell(how: NoCard): void {
  said.value = t(`guard.scan.${how}`);
  slip.value = { shows: "no_card", how };
}

/** Whoever declared and waits, or came before, under the card's name and year, unless their number is another. */
function openHolder(card: CardFields): void {
  const fits = (one: { name: string; birth_year: number | null; identity_masked: string | null }): boolean =>
    fold(one.name) === fold(card.full_name) &&
    String(one.birth_year ?? "") === card.birth_year &&
    (one.identity_masked === null || one.identity_masked.endsWith(card.identity_number.slice(-4)));
  const [line, otherLine] = waiting.value.filter(fits);
  if (line !== undefined && otherLine === undefined) return openVisit(line);
  const [seen, otherSeen] = (snapshot.value?.seen ?? []).filter((one) => one.identity_masked !== null && fits(one));
  if (seen !== undefined && otherSeen === undefined) openFound({ what: "seen", seen, exact: true });
  else openRead(card);
}

/** Somebody new, as their card says; nothing of it is verified. */
function openRead(fields: CardFields): void {
  slip.value = null;
  leavingId.value = null;
  openNew("visitor");
  const key = drafts.currentKey.value ?? "";
  const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
  drafts.change(key, { fields: filled, fromCard: true });
  said.value = t("guard.scan.card", { name: fields.full_name });
}

/** A pass: whoever it stands for here, else what it states, else why it opens nothing. */
function enterPass(pass: PassReading): void {
  const worth = worthOf(pass);
  if (worth.then === "open") return openVisit(worth.visit);
  clearSearch();
  leavingId.value = null;
  if (worth.then === "tell") slip.value = { shows: "pass", told: worth.told };
  else openStated(worth.statement);
}

/** Somebody whom this tablet knows by the pass's statement alone. */
function openStated(statement: Statement): void {
  slip.value = null;
  drafts.open({ from: "pass", id: statement.digits, position: 0, statement }, statement.kind);
}
