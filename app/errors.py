"""What can go wrong, as stable codes; each code has a text in the `errors` catalogue."""

from typing import Any


class Problem(Exception):
    """A request that cannot be answered as asked: a status, a stable code, and values for its text.

    The web layer turns it into problem+json (RFC 9457) for machines and a page for people.
    """

    def __init__(self, status: int, code: str, **values: Any) -> None:
        """Keep the HTTP status, the code and what its text needs."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.values = values


class NotFound(Problem):
    """Nothing there, or nothing that this actor may see: the two are one answer."""

    def __init__(self, code: str = "not_found", **values: Any) -> None:
        """Answer 404 with `code`."""
        super().__init__(404, code, **values)


class Refusal(Exception):
    """A command that the book's rules do not take: the clerk writes its receipt and nothing else."""

    def __init__(self, code: str, **values: Any) -> None:
        """Keep the code and what its text needs (JSON values only: they are kept in the receipt)."""
        super().__init__(code)
        self.code = code
        self.values = values


class StartError(Exception):
    """Something that keeps the program from starting: one sentence for whoever runs it.

    The shell says it by its code (`shell.start.<code>`) in the reader's language.
    """

    def __init__(self, code: str, **values: Any) -> None:
        """Keep the code, or the sentence itself, and what its text needs."""
        super().__init__(code)
        self.code = code
        self.values = values
