// A gate on a Tuesday morning, for the tablet's tests: a snapshot, visits, and a server that answers as it is told.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem, Unreachable } from "../../../kiosk_ui/src/tablet/api";
import { newId } from "../../../kiosk_ui/src/tablet/ids";
import type { Item, NewItem } from "../../../kiosk_ui/src/tablet/outbox/items";
import type { Transport } from "../../../kiosk_ui/src/tablet/outbox/sender";
import type {
  Answer,
  Snapshot,
  TabletEmployee,
  TabletSeen,
  TabletVisit,
  Values,
} from "../../../kiosk_ui/src/tablet/types";

export const MORNING = Date.parse("2026-11-24T00:26:00Z");
export const GATE = "019ab000-0000-7000-8000-00000000000a";
export const OTHER_GATE = "019ab000-0000-7000-8000-00000000000b";
export const GUARD = "019ab000-0000-7000-8000-0000000000d0";
export const SITE = "019ab000-0000-7000-8000-000000000001";
export const UNIT = "019ab000-0000-7000-8000-000000000101";

const read = (name: string): Record<string, never> =>
  JSON.parse(readFileSync(join("app", "screening", name), "utf8")) as Record<string, never>;

/** The default policy with every default of a kind spelled out, as the server sends it. */
export function policy(): Snapshot["policy"] {
  const found = read("policy.default.json") as unknown as Snapshot["policy"];
  const blank = {
    declaration: "none",
    temperature: "none",
    mask: "required",
    sanitiser: "required",
    badge: false,
    identity: "none",
    phone: "none",
    host_call: "none",
    exit_temperature: false,
    fields: [],
    never_refuse_for_papers: false,
    record_after: false,
  };
  const kinds = Object.fromEntries(Object.entries(found.kinds).map(([kind, rule]) => [kind, { ...blank, ...rule }]));
  return { ...found, refer_text: null, kinds } as unknown as Snapshot["policy"];
}

export function visit(changed: Partial<TabletVisit> = {}): TabletVisit {
  return {
    id: newId(),
    state: "waiting",
    kind: "visitor",
    number: null,
    name: "Trần Thị Hoa",
    birth_year: 1984,
    sex: "female",
    identity_type: "cccd",
    identity_masked: "••••••1234",
    organisation: "Điện lực tỉnh",
    address: "",
    unit_id: UNIT,
    host_name: "bà Lan",
    host_call: null,
    purpose: "hồ sơ đấu thầu",
    plate: "",
    people_count: null,
    on_word_of: "",
    vouched_by: "",
    companion_of: null,
    pass_id: newId(),
    pass_digits: "4821093765",
    people: 1,
    employee_id: null,
    gate_in_id: GATE,
    badge_number: null,
    readings: [],
    mask: null,
    sanitiser: null,
    outcome: "clear",
    flags: [],
    decision: null,
    reasons: [],
    declared_at: new Date(MORNING - 60_000).toISOString(),
    occurred_at: new Date(MORNING - 60_000).toISOString(),
    admitted_at: null,
    left_at: null,
    rest_until: null,
    account_id: GUARD,
    device_id: null,
    discrepancies: [],
    overridden: false,
    sequence: 1,
    ...changed,
  };
}

export function employee(changed: Partial<TabletEmployee> = {}): TabletEmployee {
  return {
    id: newId(),
    name: "Đỗ Văn Đức",
    title: "Phó Trưởng phòng",
    unit_id: UNIT,
    badge_code: "NV002",
    receives: true,
    search_key: "do van duc",
    usual_minute: null,
    on_site_visit_id: null,
    ...changed,
  };
}

export function seen(changed: Partial<TabletSeen> = {}): TabletSeen {
  return {
    visit_id: newId(),
    name: "Lê Văn Bé",
    birth_year: 1979,
    organisation: "Công ty Cấp thoát nước",
    identity_type: "cccd",
    identity_masked: "••••••1000",
    unit_id: UNIT,
    host_name: "bà Lan",
    purpose: "nghiệm thu",
    kind: "visitor",
    search_key: "le van be | cong ty cap thoat nuoc",
    last_seen: new Date(MORNING - 86_400_000).toISOString(),
    ...changed,
  };
}

export function snapshot(changed: Partial<Snapshot> = {}): Snapshot {
  return {
    sequence: 10,
    server_time: new Date(MORNING).toISOString(),
    zone: "Asia/Ho_Chi_Minh",
    site_id: SITE,
    site_name: "Văn phòng UBND tỉnh",
    gate: { id: GATE, name: "Cổng A" },
    gates: [
      { id: GATE, name: "Cổng A" },
      { id: OTHER_GATE, name: "Cổng B" },
    ],
    device_id: newId(),
    pass_key: "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg",
    outbox_key: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    guard: { id: GUARD, name: "Nguyễn Văn Đức", stand_in: false, expires_at: null },
    shift_started_at: new Date(MORNING - 3_600_000).toISOString(),
    policy_version: 1,
    policy: policy(),
    questionnaire_version: 1,
    questionnaire: read("questionnaire.default.json") as unknown as Snapshot["questionnaire"],
    units: [{ id: UNIT, name: "Phòng Hành chính - Quản trị", extension: "101", directions: "tầng 2" }],
    employees: [],
    badges: [],
    guards: [],
    last_handover: null,
    visits: [],
    seen: [],
    ...changed,
  };
}

export function newItem(changed: Partial<NewItem> = {}): NewItem {
  return {
    id: newId(),
    command: { kind: "add_note", text: "mang thang" },
    askUntil: 0,
    rows: [],
    visitOf: null,
    ...changed,
  };
}

/** The same as the outbox has it. */
export function keptItem(changed: Partial<Item> = {}): Item {
  const fresh = { sequence: 1, status: "unsent", code: null, values: {}, visitId: null, draft: null } as const;
  return { ...newItem(), ...fresh, ...changed };
}

type Reply = (id: string, command: Values) => Answer | Problem | Unreachable | Promise<Answer | Problem | Unreachable>;

export const recorded: Reply = (id) => ({ id, status: "recorded", code: null, values: { visit_id: `visit-of-${id}` } });

/** A server that answers each command as `reply` says, and keeps what it was sent. */
export class Server implements Transport {
  readonly puts: { id: string; command: Values }[] = [];
  readonly posts: { id: string; command: Values }[][] = [];
  reply: Reply = recorded;

  async put(id: string, command: Values): Promise<Answer> {
    this.puts.push({ id, command });
    const answer = await this.reply(id, command);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async post(commands: readonly { id: string; command: Values }[]): Promise<Answer[]> {
    this.posts.push([...commands]);
    const answers = await Promise.all(commands.map(({ id, command }) => this.reply(id, command)));
    for (const answer of answers) if (answer instanceof Error) throw answer;
    return answers as Answer[];
  }
}

/** Milliseconds after which what was waited for will not come any more. */
const NEVER = 60_000;

/** Wait until something is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  // What never comes fails where it was waited for, and holds up no run.
  const end = performance.now() + NEVER;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`It never came to be: ${isSo.toString()}`);
    await new Promise((again) => setTimeout(again, 2));
  }
}
