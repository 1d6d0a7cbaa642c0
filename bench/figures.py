"""What a bench tells: figures, each with its goal where it has one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One figure; `ratio` is to the figure named by `against`, `goal` is what it aims at, `holds` whether it does."""

    name: str
    value: float
    unit: str
    against: str | None = None
    ratio: float | None = None
    goal: str | None = None
    holds: bool | None = None

    @property
    def line(self) -> str:
        """The figure as a line of the table."""
        value = f"{self.value:12,.2f} {self.unit:<11}"
        if self.goal is None:
            return f"{self.name:<56}{value}"
        return f"{self.name:<56}{value} goal {self.goal}: {'holds' if self.holds else 'MISSED'}"
