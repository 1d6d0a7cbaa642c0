"""The data folder, the book in it, and copies of the book."""

from app.setup.files.copies import back_up, last_backup, note_backup, restore_book, restore_database
from app.setup.files.folder import (
    BOOK,
    KEY,
    LOCK,
    connect,
    make_key,
    only_process,
    open_book,
    open_with,
    prepare_folder,
    read_key,
)

__all__ = [
    "BOOK",
    "KEY",
    "LOCK",
    "back_up",
    "connect",
    "last_backup",
    "make_key",
    "note_backup",
    "only_process",
    "open_book",
    "open_with",
    "prepare_folder",
    "read_key",
    "restore_book",
    "restore_database",
]
