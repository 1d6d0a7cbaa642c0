"""The visitor's pages: the form behind a poster's code, the pass, and the poster itself."""

from fastapi import APIRouter

from app.selfservice.routes import form, passes, poster

router = APIRouter()
for part in (form, passes, poster):
    router.include_router(part.router)
