"""The pages where an office's manager, and whoever administers, change what the others work with."""

from fastapi import APIRouter

from app.admin.routes import accounts, badges, codes, devices, employees, home, places, policy, questions

router = APIRouter(include_in_schema=False)
for part in (home, accounts, places, employees, badges, devices, codes, policy, questions):
    router.include_router(part.router)
