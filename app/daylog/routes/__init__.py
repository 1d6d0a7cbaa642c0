"""The day log's addresses: the pages of reception, and the same for programs."""

from fastapi import APIRouter

from app.daylog.routes import api, pages

router = APIRouter()
router.include_router(pages.router)
router.include_router(api.router)
