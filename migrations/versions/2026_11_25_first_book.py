"""The first book."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.db import UtcTime

revision: str = "2026_11_25_first"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go one step on."""
    op.create_table(
        "attempt",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcTime(), nullable=False),
        sa.Column("open_again_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "key_hash", name=op.f("pk_attempt")),
    )
    op.create_table(
        "chain_head",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "day_count",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_day_count")),
    )
    op.create_table(
        "entry",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", UtcTime(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("flag", sa.String(), nullable=True),
        sa.Column("payload_digest", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_entry_sequence")),
        sa.PrimaryKeyConstraint("site_id", "sequence", name=op.f("pk_entry")),
    )
    op.create_index("ix_entry_command", "entry", ["site_id", "command_id"], unique=False)
    op.create_index("ix_entry_subject", "entry", ["site_id", "subject_kind", "subject_id", "sequence"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("command_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.CheckConstraint("status IN ('recorded', 'refused')", name=op.f("ck_receipt_status")),
        sa.PrimaryKeyConstraint("site_id", "command_id", name=op.f("pk_receipt")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_name", sa.String(), nullable=False),
        sa.Column("letterhead", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("public_url", sa.String(), nullable=False),
        sa.Column("wifi_name", sa.String(), nullable=False),
        sa.Column("wifi_password", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.CheckConstraint("letterhead IN ('state', 'party')", name=op.f("ck_site_letterhead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_table(
        "account",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("stand_in", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.Column("disabled_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "role IN ('guard', 'receptionist', 'manager', 'admin', 'system', 'visitor')", name=op.f("ck_account_role")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_account_site_id")),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_account")),
    )
    op.create_table(
        "entry_payload",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "sequence"], ["entry.site_id", "entry.sequence"], name="fk_entry_payload_entry"
        ),
        sa.PrimaryKeyConstraint("site_id", "sequence", name=op.f("pk_entry_payload")),
    )
    op.create_table(
        "gate",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("retired_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_gate_site_id")),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_gate")),
    )
    op.create_table(
        "notice_version",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("valid_from", UtcTime(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_notice_version_site_id")),
        sa.PrimaryKeyConstraint("site_id", "version", name=op.f("pk_notice_version")),
    )
    op.create_table(
        "policy_version",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("valid_from", UtcTime(), nullable=False),
        sa.Column("valid_until", UtcTime(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_policy_version_site_id")),
        sa.PrimaryKeyConstraint("site_id", "version", name=op.f("pk_policy_version")),
    )
    op.create_table(
        "questionnaire_version",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("valid_from", UtcTime(), nullable=False),
        sa.Column("valid_until", UtcTime(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_questionnaire_version_site_id")),
        sa.PrimaryKeyConstraint("site_id", "version", name=op.f("pk_questionnaire_version")),
    )
    op.create_table(
        "sealed_code",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("issued_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.Column("used_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_sealed_code_site_id")),
        sa.PrimaryKeyConstraint("site_id", "code_hash", name=op.f("pk_sealed_code")),
    )
    op.create_table(
        "unit",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("directions", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_unit_site_id")),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_unit")),
    )
    op.create_table(
        "account_login",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "account_id"],
            ["account.site_id", "account.id"],
            name=op.f("fk_account_login_site_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_account_login")),
    )
    op.create_table(
        "api_token",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "account_id"], ["account.site_id", "account.id"], name=op.f("fk_api_token_site_id_account_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_api_token")),
        sa.UniqueConstraint("id", name=op.f("uq_api_token_id")),
    )
    op.create_table(
        "badge",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("(state = 'out') = (visit_id IS NOT NULL)", name=op.f("ck_badge_holder")),
        sa.CheckConstraint("state IN ('free', 'out', 'missing', 'cancelled')", name=op.f("ck_badge_state")),
        sa.ForeignKeyConstraint(
            ["site_id", "gate_id"], ["gate.site_id", "gate.id"], name=op.f("fk_badge_site_id_gate_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_badge")),
        sa.UniqueConstraint("site_id", "number", name=op.f("uq_badge_site_id_number")),
    )
    op.create_table(
        "consent",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pass_id", sa.Uuid(), nullable=False),
        sa.Column("notice_version", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("given_at", UtcTime(), nullable=False),
        sa.Column("withdrawn_at", UtcTime(), nullable=True),
        sa.CheckConstraint("channel IN ('phone', 'stand', 'guard', 'paper')", name=op.f("ck_consent_channel")),
        sa.ForeignKeyConstraint(
            ["site_id", "notice_version"],
            ["notice_version.site_id", "notice_version.version"],
            name=op.f("fk_consent_site_id_notice_version"),
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_pass_id"), "consent", ["pass_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("paired_at", UtcTime(), nullable=False),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.CheckConstraint("purpose IN ('tablet', 'stand')", name=op.f("ck_device_purpose")),
        sa.ForeignKeyConstraint(
            ["site_id", "gate_id"], ["gate.site_id", "gate.id"], name=op.f("fk_device_site_id_gate_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_device")),
    )
    op.create_table(
        "employee",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("badge_code", sa.String(), nullable=True),
        sa.Column("receives", sa.Boolean(), nullable=False),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.Column("usual_minute", sa.Integer(), nullable=True),
        sa.Column("retired_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "unit_id"], ["unit.site_id", "unit.id"], name=op.f("fk_employee_site_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_employee")),
        sa.UniqueConstraint("site_id", "badge_code", name=op.f("uq_employee_site_id_badge_code")),
    )
    op.create_table(
        "gate_code",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "gate_id"], ["gate.site_id", "gate.id"], name=op.f("fk_gate_code_site_id_gate_id")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_gate_code")),
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "account_id"],
            ["account.site_id", "account.id"],
            name=op.f("fk_login_session_site_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
        sa.UniqueConstraint("id", name=op.f("uq_login_session_id")),
    )
    op.create_table(
        "pairing",
        sa.Column("code_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "gate_id"], ["gate.site_id", "gate.id"], name=op.f("fk_pairing_site_id_gate_id")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_pairing")),
    )
    op.create_table(
        "pass",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("digits", sa.String(), nullable=False),
        sa.Column("token_closed", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.CheckConstraint("channel IN ('phone', 'stand', 'guard')", name=op.f("ck_pass_channel")),
        sa.ForeignKeyConstraint(
            ["site_id", "gate_id"], ["gate.site_id", "gate.id"], name=op.f("fk_pass_site_id_gate_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_pass")),
    )
    op.create_table(
        "declaration",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pass_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("questionnaire_version", sa.Integer(), nullable=False),
        sa.Column("notice_version", sa.Integer(), nullable=True),
        sa.Column("answers_closed", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("submitted_at", UtcTime(), nullable=False),
        sa.Column("amended_at", UtcTime(), nullable=True),
        sa.CheckConstraint("channel IN ('phone', 'stand', 'guard', 'paper')", name=op.f("ck_declaration_channel")),
        sa.CheckConstraint("outcome IN ('clear', 'caution', 'stop')", name=op.f("ck_declaration_outcome")),
        sa.ForeignKeyConstraint(
            ["site_id", "pass_id"], ["pass.site_id", "pass.id"], name=op.f("fk_declaration_site_id_pass_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_declaration")),
    )
    op.create_index(op.f("ix_declaration_pass_id"), "declaration", ["pass_id"], unique=False)
    op.create_table(
        "device_token",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "device_id"], ["device.site_id", "device.id"], name=op.f("fk_device_token_site_id_device_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_device_token")),
    )
    op.create_table(
        "pass_digits",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("digits", sa.String(), nullable=False),
        sa.Column("pass_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "pass_id"], ["pass.site_id", "pass.id"], name=op.f("fk_pass_digits_site_id_pass_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "digits", name=op.f("pk_pass_digits")),
    )
    op.create_table(
        "pass_token",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("pass_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "pass_id"], ["pass.site_id", "pass.id"], name=op.f("fk_pass_token_site_id_pass_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_pass_token")),
    )
    op.create_table(
        "visit",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("gate_in_id", sa.Uuid(), nullable=False),
        sa.Column("gate_out_id", sa.Uuid(), nullable=True),
        sa.Column("pass_id", sa.Uuid(), nullable=True),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("employee_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("nationality", sa.String(), nullable=True),
        sa.Column("phone_closed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("phone_tail_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("identity_type", sa.String(), nullable=True),
        sa.Column("identity_closed", sa.LargeBinary(), nullable=True),
        sa.Column("identity_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("identity_tail_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("identity_masked", sa.String(), nullable=True),
        sa.Column("person_key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("companion_of", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("host_name", sa.String(), nullable=False),
        sa.Column("host_call", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("plate", sa.String(), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=True),
        sa.Column("on_word_of", sa.String(), nullable=False),
        sa.Column("vouched_by", sa.String(), nullable=False),
        sa.Column("badge_number", sa.String(), nullable=True),
        sa.Column("badge_missing", sa.Boolean(), nullable=False),
        sa.Column("readings", sa.JSON(), nullable=False),
        sa.Column("temperature", sa.Integer(), nullable=True),
        sa.Column("not_measured", sa.String(), nullable=True),
        sa.Column("mask", sa.Boolean(), nullable=True),
        sa.Column("sanitiser", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("override", sa.JSON(), nullable=True),
        sa.Column("policy_version", sa.Integer(), nullable=True),
        sa.Column("rest_until", UtcTime(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("device_time", UtcTime(), nullable=True),
        sa.Column("occurred_at", UtcTime(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("admitted_at", UtcTime(), nullable=True),
        sa.Column("left_at", UtcTime(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("paper_sheet", sa.String(), nullable=True),
        sa.Column("paper_line", sa.Integer(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("discrepancies", sa.JSON(), nullable=False),
        sa.Column("search_key", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "NOT (state IN ('on_site', 'left', 'refused', 'referred')) OR number IS NOT NULL",
            name=op.f("ck_visit_number"),
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decision IN ('admit', 'recheck', 'refer', 'refuse')", name=op.f("ck_visit_decision")
        ),
        sa.CheckConstraint(
            "kind IN ('visitor', 'delivery', 'invited', 'citizen', 'emergency', 'employee')", name=op.f("ck_visit_kind")
        ),
        sa.CheckConstraint(
            "state IN ('expected', 'waiting', 'resting', 'on_site', 'left', 'refused', 'referred', 'voided', 'expired')",
            name=op.f("ck_visit_state"),
        ),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_visit_name")),
        sa.CheckConstraint("temperature IS NULL OR temperature BETWEEN 340 AND 425", name=op.f("ck_visit_temperature")),
        sa.ForeignKeyConstraint(
            ["site_id", "declaration_id"],
            ["declaration.site_id", "declaration.id"],
            name=op.f("fk_visit_site_id_declaration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "employee_id"], ["employee.site_id", "employee.id"], name=op.f("fk_visit_site_id_employee_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "gate_in_id"], ["gate.site_id", "gate.id"], name=op.f("fk_visit_site_id_gate_in_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "gate_out_id"], ["gate.site_id", "gate.id"], name=op.f("fk_visit_site_id_gate_out_id")
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "unit_id"], ["unit.site_id", "unit.id"], name=op.f("fk_visit_site_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "id", name=op.f("pk_visit")),
    )
    op.create_index("ix_visit_arrived", "visit", ["site_id", "occurred_at", "id"], unique=False)
    op.create_index("ix_visit_day", "visit", ["site_id", "day", "number"], unique=False)
    op.create_index("ix_visit_identity", "visit", ["site_id", "identity_hash"], unique=False)
    op.create_index("ix_visit_identity_tail", "visit", ["site_id", "identity_tail_hash"], unique=False)
    op.create_index(
        "ix_visit_attention",
        "visit",
        ["site_id", "occurred_at"],
        unique=False,
        sqlite_where=sa.text("CAST(discrepancies AS TEXT) <> '[]'"),
        postgresql_where=sa.text("CAST(discrepancies AS TEXT) <> '[]'"),
    )
    op.create_index(
        "ix_visit_open",
        "visit",
        ["site_id", "state"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'resting', 'on_site', 'referred')"),
        postgresql_where=sa.text("state IN ('waiting', 'resting', 'on_site', 'referred')"),
    )
    op.create_index("ix_visit_pass", "visit", ["site_id", "pass_id"], unique=False)
    op.create_index("ix_visit_person", "visit", ["site_id", "person_key"], unique=False)
    op.create_index("ix_visit_phone", "visit", ["site_id", "phone_hash"], unique=False)
    op.create_index("ix_visit_phone_tail", "visit", ["site_id", "phone_tail_hash"], unique=False)
    op.create_table(
        "paper_line",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"], ["visit.site_id", "visit.id"], name=op.f("fk_paper_line_site_id_visit_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "sheet", "line", name=op.f("pk_paper_line")),
    )
    op.create_table(
        "visit_number",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "visit_id"], ["visit.site_id", "visit.id"], name=op.f("fk_visit_number_site_id_visit_id")
        ),
        sa.PrimaryKeyConstraint("site_id", "day", "number", name=op.f("pk_visit_number")),
    )
    _search()


SEARCH_ON_SQLITE = (
    """CREATE TABLE visit_line (
        line INTEGER PRIMARY KEY, site_id CHAR(32) NOT NULL, visit_id CHAR(32) NOT NULL, UNIQUE (site_id, visit_id)
    )""",
    """CREATE VIRTUAL TABLE visit_search USING fts5(
        search_key, content='', contentless_delete=1, tokenize='trigram case_sensitive 1'
    )""",
    """CREATE TRIGGER visit_search_insert AFTER INSERT ON visit BEGIN
        INSERT INTO visit_line (site_id, visit_id) VALUES (new.site_id, new.id);
        INSERT INTO visit_search (rowid, search_key) VALUES (last_insert_rowid(), new.search_key);
    END""",
    """CREATE TRIGGER visit_search_update AFTER UPDATE OF search_key ON visit
    WHEN old.search_key IS NOT new.search_key BEGIN
        DELETE FROM visit_search WHERE rowid =
            (SELECT line FROM visit_line WHERE site_id = old.site_id AND visit_id = old.id);
        INSERT INTO visit_search (rowid, search_key)
            SELECT line, new.search_key FROM visit_line WHERE site_id = old.site_id AND visit_id = old.id;
    END""",
    """CREATE TRIGGER visit_search_delete AFTER DELETE ON visit BEGIN
        DELETE FROM visit_search WHERE rowid =
            (SELECT line FROM visit_line WHERE site_id = old.site_id AND visit_id = old.id);
        DELETE FROM visit_line WHERE site_id = old.site_id AND visit_id = old.id;
    END""",
)
SEARCH_ON_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX ix_visit_search_key ON visit USING gin (search_key gin_trgm_ops)",
)
APPEND_ONLY_ON_SQLITE = (
    """CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN
        SELECT RAISE(ABORT, 'the journal is append-only');
    END""",
    """CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN
        SELECT RAISE(ABORT, 'the journal is append-only');
    END""",
)
APPEND_ONLY_ON_POSTGRESQL = (
    """CREATE FUNCTION entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$""",
    """CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON entry
        FOR EACH ROW EXECUTE FUNCTION entry_is_append_only()""",
)


def _search() -> None:
    """Add what autogenerate knows nothing of: the search index and the journal's guards."""
    if op.get_bind().dialect.name == "postgresql":
        statements = SEARCH_ON_POSTGRESQL + APPEND_ONLY_ON_POSTGRESQL
    else:
        statements = SEARCH_ON_SQLITE + APPEND_ONLY_ON_SQLITE
    for statement in statements:
        op.execute(sa.DDL(statement.replace("%", "%%")))
