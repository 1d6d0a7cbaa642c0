"""The tablet's addresses."""

from fastapi import APIRouter

from app.tablet.routes import commands, devices, feed, handovers, installed, outbox, passes

router = APIRouter()
router.include_router(commands.router)
router.include_router(devices.router)
router.include_router(feed.router)
router.include_router(passes.router)
router.include_router(handovers.router)
router.include_router(outbox.router)
router.include_router(installed.router)
