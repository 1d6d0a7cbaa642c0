"""Who comes to the demo's office, and what happens there on a day: the same every time."""

from app.demo.rules.days import Call, Duty, Party, Plan, plan_day
from app.demo.rules.people import EMPLOYEES, HOSTS, UNITS, Somebody, somebody

__all__ = ["EMPLOYEES", "HOSTS", "UNITS", "Call", "Duty", "Party", "Plan", "Somebody", "plan_day", "somebody"]
