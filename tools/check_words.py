"""Fails when a tracked file names a package registry's host: machines choose their own."""

import re
import subprocess
import sys

# Written with classes, so that this file doesn't name them either.
HOSTS = r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|deb[.]debian[.]org|archive[.]ubuntu[.]com|npmjs[.]org"


def main() -> None:
    """Prints each line that names a host and exits with 1, or prints nothing."""
    command = ["git", "grep", "--untracked", "-nIE", HOSTS, "--", "."]
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - nothing from outside
    if found.returncode > 1:
        sys.exit(found.stderr)
    if found.returncode == 0:
        sys.exit(f"These lines name a package registry's host:\n{re.sub('(?m)^(?=.)', '  ', found.stdout)}")


if __name__ == "__main__":
    main()
