import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_package_holds_all_that_the_program_reads(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    read = [
        path.relative_to(ROOT).as_posix()
        for folder in ("app", "migrations", "kiosk_ui/templates", "kiosk_ui/locales", "kiosk_ui/static")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert set(read) <= packed
    assert "kiosk_ui/static/build/fonts/Tinos-Regular.ttf" in packed
    assert "kiosk_ui/static/build/manifest.json" in packed
    assert not [name for name in packed if name.startswith(("tests/", "kiosk_ui/src/", "tools/"))]
