// The twin of the declared person in app/declarations/rules.py. Both run the cases in tests/cases/person.json.
import { type Channel, type KindRule, type Need, needs } from "./screening";
import { bare, clean, letters } from "./text";

export type Fields = Readonly<Record<string, string>>;
/** An error code per wrong field: `errors.<code>` in the catalogue. */
export type Errors = Record<string, string>;
export interface Birth {
  readonly year: number;
  /** ISO date, where the day was given. */
  readonly day: string | null;
}

/** Longest text of each field, in characters, after cleaning. */
export const LENGTHS: Readonly<Record<string, number>> = {
  full_name: 100,
  organisation: 200,
  address: 300,
  unit: 120,
  host: 100,
  purpose: 300,
  plate: 15,
  phone: 30,
  identity_number: 30,
  on_word_of: 100,
  vouched_by: 100,
};
const OLDEST_YEAR = 1900;
const ADULT_YEARS = 14; // from this age on a citizen has an identity card
const PEOPLE_MOST = 500;

// ISO 3166-1 alpha-2.
export const NATIONALITIES: ReadonlySet<string> = words(
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ " +
  "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO " +
  "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE " +
  "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO " +
  "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW " +
  "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM " +
  "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ",
);
// Codes of the provinces of birth as cards carry them; the merger of 2025 did not renumber any.
const PROVINCES = words(
  "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 " +
  "042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 " +
  "086 087 089 091 092 093 094 095 096 ",
);

const IDENTITY_FORMS: Readonly<Record<string, RegExp>> = {
  cccd: /^[0-9]{12}$/,
  cmnd: /^[0-9]{9}$/,
  passport: /^[A-Z0-9]{6,9}$/,
  other: /^[A-Z0-9Đ/-]{1,30}$/u,
};
const PLATE = /^[A-Z0-9Đ][A-Z0-9Đ .-]{2,14}$/u;
const BIRTH_YEAR = /^[0-9]{4}$/;
const BIRTH_DATE = /^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})$/;

const CHECKS: Readonly<Record<string, (text: string) => string | null>> = {
  full_name: nameError,
  sex: (text) => (["male", "female", "other"].includes(text) ? null : "sex"),
  nationality: (text) => (NATIONALITIES.has(text) ? null : "nationality"),
  identity_type: (text) => (text === "none" || Object.hasOwn(IDENTITY_FORMS, text) ? null : "identity_type"),
  plate: (text) => (PLATE.test(normalisePlate(text)) ? null : "plate"),
  people_count: peopleError,
};

/** The birth from `1984` or `05/03/1984`, else an error code. `today` is an ISO date. */
export function parseBirth(text: string, today: string): Birth | string {
  const typed = Array.from(clean(text)).slice(0, 20).join("").normalize("NFKC");
  const full = BIRTH_DATE.exec(typed);
  if (full === null && !BIRTH_YEAR.test(typed)) return typed ? "birth_year" : "birth_year_missing";
  const year = Number(full?.[3] ?? typed);
  if (year < OLDEST_YEAR || year > yearOf(today)) return "birth_year";
  if (full === null) return { year, day: null };
  const day = isoDay(year, Number(full[2]), Number(full[1]));
  return day !== null && day <= today ? { year, day } : "birth_date_impossible";
}

/** An identity number without spaces and dots, in capitals. */
export function normaliseIdentity(number: string): string {
  return clean(bare(number.normalize("NFKC")).replaceAll(".", "").toUpperCase().normalize("NFKC"));
}

/** A vehicle's plate in capitals, otherwise as typed. */
export function normalisePlate(plate: string): string {
  return clean(plate).toUpperCase();
}

/** An error code per wrong field of a declared person; the kind's rule and the channel say what is needed. */
export function checkPerson(fields: Fields, rule: KindRule, today: string, channel: Channel): Errors {
  const values = cleaned(fields);
  const needed = new Set([...rule.fields, ...wantedPapers(rule, channel)]);
  if ((channel === "phone" || channel === "stand") && rule.declaration !== "none") {
    for (const name of ["full_name", "birth_year", "sex", "nationality"]) needed.add(name);
  }
  const papers = rule.identity === "required" && !rule.never_refuse_for_papers;
  if (papers && channel === "guard" && values.get("identity_type") === "none") needed.add("vouched_by");
  return check(values, needed, today);
}

/** Errors of one who comes along: a child needs name and year of birth, others also sex and papers. */
export function checkCompanion(fields: Fields, rule: KindRule, today: string, channel: Channel): Errors {
  const values = cleaned(fields);
  const birth = parseBirth(values.get("birth_year") ?? "", today);
  const needed = new Set(["full_name", "birth_year"]);
  if (typeof birth !== "string" && yearOf(today) - birth.year >= ADULT_YEARS) {
    for (const name of ["sex", ...wantedPapers(rule, channel)]) if (name !== "phone") needed.add(name);
  }
  return check(values, needed, today);
}

/** Warnings about a citizen's number that doesn't fit the person: they never refuse anybody. */
export function warnPerson(fields: Fields, today: string): Errors {
  const number = normaliseIdentity(fields["identity_number"] ?? "");
  if (fields["identity_type"] !== "cccd" || !/^[0-9]{12}$/.test(number)) return {};
  const birth = parseBirth(fields["birth_year"] ?? "", today);
  const province = number.slice(0, 3);
  const digit = Number(number[3]);
  const year = 1900 + 100 * Math.floor(digit / 2) + Number(number.slice(4, 6));
  const sex = fields["sex"];
  // 101 to 399 are codes of countries, for those born abroad.
  if (!PROVINCES.has(province) && !(province > "100" && province < "400")) {
    return { identity_number: "identity_province_unknown" };
  }
  if ((sex === "male" || sex === "female") && (digit % 2 === 0) !== (sex === "male")) {
    return { identity_number: "identity_sex_differs" };
  }
  return typeof birth !== "string" && birth.year !== year ? { identity_number: "identity_year_differs" } : {};
}

function check(values: ReadonlyMap<string, string>, needed: ReadonlySet<string>, today: string): Errors {
  const errors: Errors = {};
  for (const name of needed) if (!values.get(name)) errors[name] = `${name}_missing`;
  for (const [name, find] of Object.entries(CHECKS)) {
    const text = values.get(name);
    const code = text ? find(text) : null;
    if (code !== null) errors[name] = code;
  }
  const birth = values.get("birth_year") ? parseBirth(values.get("birth_year") ?? "", today) : null;
  if (typeof birth === "string") errors["birth_year"] = birth;
  const identity = identityError(values);
  if (identity !== null) errors["identity_number"] = identity;
  for (const [name, most] of Object.entries(LENGTHS)) {
    if (letters(values.get(name) ?? "") > most) errors[name] = "too_long";
  }
  return errors;
}

function wantedPapers(rule: KindRule, channel: Channel): string[] {
  if (rule.never_refuse_for_papers) return [];
  const papers: [string, Need][] = [
    ["phone", rule.phone],
    ["identity_type", rule.identity],
  ];
  return papers.filter(([, need]) => needs(need, channel)).map(([name]) => name);
}

function identityError(values: ReadonlyMap<string, string>): string | null {
  const type = values.get("identity_type") ?? "";
  const number = normaliseIdentity(values.get("identity_number") ?? "");
  const form = Object.hasOwn(IDENTITY_FORMS, type) ? IDENTITY_FORMS[type] : undefined;
  // A number without its type would be kept as something that it isn't.
  if (form === undefined) return number && type === "none" ? "identity_number_unwanted" : null;
  if (!number) return "identity_number_missing";
  return form.test(number) ? null : `identity_${type}`;
}

function nameError(text: string): string | null {
  if (!/\p{L}/u.test(text)) return "full_name_letters";
  return letters(text) < 2 ? "full_name_short" : null;
}

function peopleError(text: string): string | null {
  return /^[0-9]{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= PEOPLE_MOST ? null : "people_count";
}

function cleaned(fields: Fields): Map<string, string> {
  return new Map(Object.entries(fields).map(([name, text]) => [name, clean(text)]));
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}

function isoDay(year: number, month: number, day: number): string | null {
  const found = new Date(Date.UTC(year, month - 1, day));
  const same = found.getUTCMonth() === month - 1 && found.getUTCDate() === day;
  return same ? found.toISOString().slice(0, 10) : null;
}

function words(text: string): Set<string> {
  return new Set(text.trim().split(" "));
}
