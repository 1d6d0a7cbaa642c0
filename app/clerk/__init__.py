"""One clerk writes.

Requests hand a Command to the clerk and wait. The clerk takes what is waiting, runs each command in a SAVEPOINT
inside one transaction, commits once, and only then answers each: an answer of success always means durable, and a
rush costs few fsyncs. It knows no capability: handlers register with it when the program starts.
"""

from app.clerk.commands import Actor, Caller, Command, Instant, Outcome, Status, Ticket
from app.clerk.receipts import Receipt
from app.clerk.work import Batch, Ending, Work
from app.clerk.writer import BatchReport, Clerk, Handler

__all__ = [
    "Actor",
    "Batch",
    "BatchReport",
    "Caller",
    "Clerk",
    "Command",
    "Ending",
    "Handler",
    "Instant",
    "Outcome",
    "Receipt",
    "Status",
    "Ticket",
    "Work",
]
