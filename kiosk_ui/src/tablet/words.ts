// Codes put into words: reasons, missing things, refusals, flags, names of fields.
import { type Decision, type DecisionKind, type Policy, type Reason, shownValues } from "../rules/screening";
import { type Questionnaire, questionsOf } from "../rules/answers";
import { formatTenths, type Reading } from "../rules/temperature";
import { hour, now } from "./clock";
import { has, language, point, t } from "./texts";
import type { FlagShown, KeptReason, TabletVisit, Values } from "./types";

const MINUTE = 60_000;

/** The word on the one button. */
export function decisionWord(decision: Decision, policy: Policy): string {
  return kindWord(decision.kind, policy, decision.recheck_at);
}

export function kindWord(kind: DecisionKind, policy: Policy, recheckAt: number | null = null): string {
  if (kind === "recheck") {
    const minutes = recheckAt === null ? policy.rest_minutes : Math.max(1, Math.round((recheckAt - now()) / MINUTE));
    return t("rules.decision.recheck", { minutes });
  }
  if (kind === "refer") {
    if (policy.refer_text !== null) return policy.refer_text[language()];
    return t(`rules.decision.refer.${policy.refer_label}`, { hotline: policy.hotline });
  }
  return t(`rules.decision.${kind}`);
}

/** Reasons in words; what the answers mean is said with the questionnaire's own short words. */
export function reasonWord(reason: Reason, flags: (code: string) => string): string {
  const { codes, ...values } = shownValues(reason, point());
  const said = typeof codes === "string" ? codes.split(" ").map(flags).join(", ") : "";
  return t(`rules.reason.${reason.code}`, { ...values, flags: said });
}

/** A reason as the server keeps it, its values beside its code. */
export function keptReasonWord(reason: KeptReason, flags: (code: string) => string): string {
  const { code, ...values } = reason;
  return reasonWord({ code, values: values as Reason["values"] }, flags);
}

/** A flag's words: from the line where the server said them, else from the questionnaire. */
export function flagWords(visit: TabletVisit | undefined, questionnaire: Questionnaire): (code: string) => string {
  return (code) => {
    const told = visit?.flags.find((flag) => flag.code === code);
    if (told) return flagWord(told);
    const question = questionsOf(questionnaire).find((one) => code === one.code || code.startsWith(`${one.code}.`));
    const option = question?.options?.find((one) => code === `${question.code}.${one.key}`);
    if (option) return option.labels[language()];
    if (question) return question.short[language()];
    return has(`rules.flag.${code}`) ? t(`rules.flag.${code}`) : code;
  };
}

export function flagWord(flag: FlagShown): string {
  const key = `rules.flag.${flag.code}`;
  return flag.code === "incomplete" && has(key) ? t(key) : flag[language()];
}

export function missingWords(missing: readonly string[]): string {
  return missing.map((name) => t(`rules.missing.${name}`)).join(", ");
}

/** What a refusal says, in the reader's words and with the hours of the site. */
export function refusalWord(code: string, values: Values): string {
  const shown: Record<string, unknown> = { ...values };
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value)) shown[name] = hour(value);
  }
  const missing = values["missing"];
  if (code === "incomplete" && Array.isArray(missing) && missing.length > 0) {
    return t("rules.decision.missing", { items: missingWords(missing.map(String)) });
  }
  const reasons = values["reasons"];
  const more = Array.isArray(reasons) && code === "quota_reached" ? (reasons as KeptReason[]) : [];
  const key = `errors.${code}`;
  const first = has(key) ? t(key, shown) : t("errors.unexpected");
  return [first, ...more.map((reason) => keptReasonWord(reason, (flag) => flag))].join(" ");
}

export function readingWord(reading: Reading): string {
  return reading.tenths === null ? t(`rules.not_measured.${reading.reason}`) : formatTenths(reading.tenths, point());
}

/** A line's last number, `36,5`; empty where there is none. */
export function lastTenths(visit: TabletVisit): string {
  const tenths = visit.readings.flatMap((reading) => reading.tenths ?? []).pop();
  return tenths === undefined ? "" : formatTenths(tenths, point());
}
