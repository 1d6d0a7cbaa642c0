"""Addresses of one visit and what is done to it, and of what was written on paper."""

from fastapi import APIRouter

from app.visits.routes import attention, paper, visit

router = APIRouter()
router.include_router(visit.router)
router.include_router(paper.router)
router.include_router(attention.router)
