// The twin of app/tablet/schemas.py and app/visits/commands.py: what a tablet is told, and what it may ask for.
import type { Questionnaire } from "../rules/answers";
import type { DecisionKind, HostCall, Kind, Policy } from "../rules/screening";
import type { NotMeasured } from "../rules/temperature";

export type State =
  "expected" | "waiting" | "resting" | "on_site" | "left" | "refused" | "referred" | "voided" | "expired";

/** One reading as the book keeps it: tenths of a degree, or why there is none. `at` is an ISO moment. */
export interface KeptReading {
  readonly tenths: number | null;
  readonly not_measured: NotMeasured | null;
  readonly at: string;
  readonly leaving?: boolean;
}

/** What an answer of a declaration means, in both languages; `note` is a text as the visitor typed it. */
export interface FlagShown {
  readonly code: string;
  readonly vi: string;
  readonly en: string;
}

/** A reason as the server keeps it: its code and its values side by side. */
export interface KeptReason {
  readonly code: string;
  readonly [value: string]: unknown;
}

export interface TabletVisit {
  readonly id: string;
  readonly state: State;
  readonly kind: Kind;
  readonly number: number | null;
  readonly name: string;
  readonly birth_year: number | null;
  readonly sex: string | null;
  readonly identity_type: string | null;
  readonly identity_masked: string | null;
  readonly organisation: string;
  readonly address: string;
  readonly unit_id: string | null;
  readonly host_name: string;
  readonly host_call: HostCall | null;
  readonly purpose: string;
  readonly plate: string;
  readonly people_count: number | null;
  readonly on_word_of: string;
  readonly vouched_by: string;
  readonly companion_of: string | null;
  readonly pass_id: string | null;
  readonly pass_digits: string | null;
  /** How many the pass was declared for. */
  readonly people: number | null;
  readonly employee_id: string | null;
  readonly gate_in_id: string;
  readonly badge_number: string | null;
  readonly readings: readonly KeptReading[];
  readonly mask: boolean | null;
  readonly sanitiser: boolean | null;
  readonly outcome: "clear" | "caution" | "stop" | null;
  readonly flags: readonly FlagShown[];
  readonly decision: DecisionKind | null;
  readonly reasons: readonly KeptReason[];
  readonly declared_at: string | null;
  readonly occurred_at: string;
  readonly admitted_at: string | null;
  readonly left_at: string | null;
  readonly rest_until: string | null;
  readonly account_id: string;
  readonly device_id: string | null;
  readonly discrepancies: readonly KeptReason[];
  /** Somebody decided otherwise than the rules. */
  readonly overridden: boolean;
  readonly sequence: number;
}

export interface TabletUnit {
  readonly id: string;
  readonly name: string;
  readonly extension: string;
  readonly directions: string;
}

export interface TabletEmployee {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly unit_id: string | null;
  readonly badge_code: string | null;
  readonly receives: boolean;
  readonly search_key: string;
  /** Minutes after midnight at the site at which this person usually comes. */
  readonly usual_minute: number | null;
  readonly on_site_visit_id: string | null;
}

export interface TabletSeen {
  readonly visit_id: string;
  readonly name: string;
  readonly birth_year: number | null;
  readonly organisation: string;
  readonly identity_type: string | null;
  readonly identity_masked: string | null;
  readonly unit_id: string | null;
  readonly host_name: string;
  readonly purpose: string;
  readonly kind: Kind;
  readonly search_key: string;
  readonly last_seen: string;
}

export interface TabletBadge {
  readonly number: string;
  readonly state: "free" | "out" | "missing" | "cancelled";
  readonly gate_id: string;
  readonly visit_id: string | null;
}

export interface TabletAccount {
  readonly id: string;
  readonly name: string;
  readonly stand_in: boolean;
  /** An ISO moment: a stand-in's account ends then. Null where it does not end by itself. */
  readonly expires_at: string | null;
}

export interface TabletGate {
  readonly id: string;
  readonly name: string;
}

/** How the shift before was handed over at this gate. */
export interface TabletHandover {
  readonly at: string;
  readonly from_name: string;
  readonly to_name: string | null;
  /** Whoever was on duty had gone, and the taker tells of it. */
  readonly by_taker: boolean;
  readonly note: string;
  readonly open: Readonly<Record<"waiting" | "resting" | "on_site" | "unsent", number>>;
  readonly badges_missing: readonly string[];
  readonly unusual: readonly string[];
}

export interface Snapshot {
  readonly sequence: number;
  readonly server_time: string;
  readonly zone: string;
  readonly site_id: string;
  readonly site_name: string;
  readonly gate: TabletGate;
  readonly gates: readonly TabletGate[];
  readonly device_id: string;
  /** Base64url, 32 bytes: seals an outbox that is carried to reception by hand. */
  readonly outbox_key: string;
  /** Base64url, 32 bytes: the Ed25519 key by which the site's passes are checked. */
  readonly pass_key: string;
  readonly guard: TabletAccount;
  readonly shift_started_at: string;
  readonly policy_version: number;
  readonly policy: Policy;
  readonly questionnaire_version: number;
  readonly questionnaire: Questionnaire;
  readonly units: readonly TabletUnit[];
  readonly employees: readonly TabletEmployee[];
  readonly badges: readonly TabletBadge[];
  readonly guards: readonly TabletAccount[];
  readonly last_handover: TabletHandover | null;
  readonly visits: readonly TabletVisit[];
  readonly seen: readonly TabletSeen[];
}

export interface Changes {
  readonly sequence: number;
  readonly server_time: string;
  readonly visits: readonly TabletVisit[];
  readonly badges: readonly TabletBadge[];
  readonly reload: boolean;
}

export interface TabletGreeting {
  readonly site_name: string;
  readonly gate: TabletGate;
  readonly device_id: string;
  readonly guards: readonly TabletAccount[];
  readonly guard: TabletAccount | null;
}

export type Values = Readonly<Record<string, unknown>>;

/** A command's own fields, as the server's union on `kind` reads them. */
export interface Body extends Values {
  readonly kind:
    | "check_in"
    | "admit_party"
    | "check_out"
    | "undo"
    | "correct_visit"
    | "void_visit"
    | "add_note"
    | "begin_shift"
    | "hand_over"
    | "hand_to_reception"
    | "discard_refused";
}

/** What became of a command. */
export interface Answer {
  readonly id: string;
  readonly status: "recorded" | "repeated" | "refused" | "conflict" | "again";
  readonly code: string | null;
  readonly values: Values;
}
