"""Carrying out what people want done to a visit."""

from app.clerk import Clerk
from app.visits.handlers.admission import check_in
from app.visits.handlers.correction import add_note, correct_visit, open_details, resolve_discrepancy, void_visit
from app.visits.handlers.departure import check_out, undo
from app.visits.handlers.matters import once
from app.visits.handlers.paper import enter_from_paper
from app.visits.handlers.party import admit_party
from app.visits.handlers.strays import open_discrepancy, settle_discrepancy


def register(clerk: Clerk) -> None:
    """Let the clerk know who carries out which command."""
    clerk.register("check_in", once(check_in))
    clerk.register("admit_party", once(admit_party))
    clerk.register("check_out", once(check_out))
    clerk.register("undo", once(undo))
    clerk.register("correct_visit", once(correct_visit))
    clerk.register("void_visit", once(void_visit))
    clerk.register("add_note", once(add_note))
    clerk.register("open_details", open_details)
    clerk.register("resolve_discrepancy", resolve_discrepancy)
    clerk.register("open_discrepancy", open_discrepancy)
    clerk.register("settle_discrepancy", settle_discrepancy)
    clerk.register("enter_from_paper", enter_from_paper)
