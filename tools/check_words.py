"""Fails when a tracked file names a package registry's host: machines choose their own."""

import re
import subprocess
import sys

# Written with classes, so that this file doesn't name them either.
HOSTS = r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|deb[.]debian[.]org|archive[.]ubuntu[.]com|npmjs[.]org"


def main() -> None:
    """Print each line that names a host and exit with 1, or print nothing."""
    command = ["git", "grep", "--untracked", "-nIE", HOSTS, "--", "."]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode > 1:
        sys.exit(found.stderr)
    if found.returncode == 0:
        sys.exit(f"These lines name a package registry's host:\n{re.sub('(?m)^(?=.)', '  ', found.stdout)}")


if __name__ == "__main__":
    main()
