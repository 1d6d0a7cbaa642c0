// The twin of app/kit/text.py: what is stored, and what is searched. Both run the cases in tests/cases/fold.json.

const SPACES = /[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;
const CONTROL = /[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\p{Cs}]/gu;
// Soft hyphen, zero-width and direction marks, annotation marks.
const UNSEEN = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/gu;
// A Vietnamese đ begins its word and an Icelandic ð never does: that tells Ðức from Guðrún. What Python's \w takes
// for a letter of a word: letters, and numerals that are no digits.
const ETH_FIRST = /(?<![\p{L}\p{Nl}\p{No}])[ðÐ](?=[\p{L}\p{Nl}\p{No}])/gu;
const CHEROKEE = /[\u13a0-\u13fd\uab70-\uabbf]/u;

/** The form in which text is searched: no accents, no case, single spaces. */
export function fold(text: string): string {
  const letters = text.normalize("NFC").replace(/[đĐðÐ]/gu, "d").normalize("NFD").replace(/\p{M}/gu, "");
  return squeeze(Array.from(letters, foldCase).join(""));
}

/** What was typed, in the form that is stored. */
export function clean(text: string): string {
  const seen = text.replace(UNSEEN, "").replace(CONTROL, "").normalize("NFC");
  return squeeze(seen.replace(ETH_FIRST, (eth) => (eth === "ð" ? "đ" : "Đ")));
}

/** The last digits behind six bullets (••••••1234), never more than half of the number. */
export function maskTail(number: string, shown = 4): string {
  const typed = Array.from(number);
  const tail = Math.min(shown, Math.floor(typed.length / 2));
  return "••••••" + (tail > 0 ? typed.slice(-tail).join("") : "");
}

/** How many characters a person would count, which is what Python counts. */
export function letters(text: string): number {
  return Array.from(text).length;
}

/** The text without its white space, which is Python's: JavaScript's \s and trim() know other characters. */
export function bare(text: string): string {
  return text.split(SPACES).join("");
}

/** The text trimmed, with a single space wherever there was white space. */
export function squeeze(text: string): string {
  return text.split(SPACES).filter(Boolean).join(" ");
}

// JavaScript has no casefold: to capitals and back comes to the same for all that a name is written in.
function foldCase(letter: string): string {
  // Cherokee alone folds to its capitals.
  if (CHEROKEE.test(letter)) return letter.toUpperCase();
  return letter === "ı" ? letter : letter.toLowerCase().toUpperCase().toLowerCase();
}
