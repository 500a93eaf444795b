"""Set up all that Rollcall needs, then run it in practice mode or run its tests.

    python3 .bootstrap.py practice        the wizard on the practice app
    python3 .bootstrap.py test [ARGS]     the tests; ARGS go to pytest

It needs Python 3.11 or newer and nothing else. What it makes lives in ``.venv``; on Debian and Ubuntu it
installs the system libraries that Qt loads, or prints the one command that does. Only the standard library
is used, and only syntax that an older Python can at least read far enough to say what is missing.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
NEEDED = (3, 11)

# What Qt's xcb platform plug-in loads, by the Debian package that holds it.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
# What the tests start: a screen of their own, a keyring service of their own, keys and clicks, PyInstaller.
TEST_PROGRAMS = {
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "dbus-daemon": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "objdump": "binutils",
    "setxkbmap": "x11-xkb-utils",
}


def say(text):
    """Print one line at once, so that it stands before what a started program prints."""
    print(text, flush=True)


def missing_packages(for_tests):
    """Names of the Debian packages whose libraries or programs are not on this machine."""
    missing = []
    for library, package in QT_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    if not any(Path("/usr/share/fonts").rglob("*.[to]tf")):
        missing.append("fonts-dejavu-core")
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        missing.append("python{}.{}-venv".format(*sys.version_info[:2]))
    if for_tests:
        missing += [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
    return missing


def may_use_sudo():
    """Whether sudo works without asking for a password: nothing here may wait for a keyboard."""
    return (
        shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    )


def install_packages(packages):
    """Install Debian packages, or print the command for it and stop when that right is missing."""
    names = " ".join(packages)
    say(f"These system packages are missing: {names}")
    if not shutil.which("apt-get"):
        sys.exit("Install what they hold with this system's package tool, then run this command again.")
    rights = []
    if os.geteuid() != 0:
        may = (
            shutil.which("sudo")
            and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
        )
        if not may:
            sys.exit(
                "Installing them needs administrator rights. Run this once, then this command again:\n"
                f"  sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}"
            )
        rights = ["sudo", "-n"]
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*rights, "apt-get", "update", "-q"], check=True, stdout=subprocess.DEVNULL)
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    subprocess.run([*rights, *environment, *install], check=True, stdout=subprocess.DEVNULL)
    say("Installed them.")


def install_rollcall(extra):
    """Make the virtual environment, and install into it what pyproject.toml names. Repeating it is quick."""
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + extra.encode()).hexdigest()
    stamp = VENV / ("installed" + extra.strip("[]"))
    python = BIN / ("python.exe" if os.name == "nt" else "python")
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return
    say(f"Installing Rollcall and its libraries into {VENV} (about two minutes the first time) ...")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--editable", f"{ROOT}{extra}"], check=True)
    stamp.write_text(wanted)


def has_display():
    """Whether a window can be shown."""
    return (
        os.name == "nt"
        or sys.platform == "darwin"
        or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    )


def practice():
    """Open the wizard in practice mode; without a display, walk the same pages unattended."""
    command = [str(BIN / "rollcall")]
    if has_display():
        say("Opening Rollcall on the practice app.")
        return subprocess.run([*command, "practice"]).returncode
    folder = ROOT / "build" / "tour"
    say("There is no display here, so no window can be opened. Rollcall walks the same pages unattended and")
    say(f"leaves a picture of each in {folder}.")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run([*command, "tour", str(folder)], env=environment).returncode


def test(arguments):
    """Run the tests but for those of the packaged app, which .ci/run adds."""
    command = [str(BIN / "python"), "-m", "pytest", "-m", "not packaged and not benchmark", *arguments]
    return subprocess.run(command, cwd=ROOT).returncode


def main():
    """Set up, then do what the first argument names."""
    job = sys.argv[1] if len(sys.argv) > 1 else ""
    if job not in ("practice", "test"):
        sys.exit(__doc__)
    if sys.version_info < NEEDED:
        for newer in ("python3.14", "python3.13", "python3.12", "python3.11"):
            if shutil.which(newer):
                os.execvp(newer, [newer, *sys.argv])
        sys.exit("Rollcall needs Python {}.{} or newer; this is {}.".format(*NEEDED, sys.version.split()[0]))
    if sys.platform == "linux":
        packages = missing_packages(for_tests=job == "test")
        if packages:
            install_packages(packages)
    install_rollcall("[dev]" if job == "test" else "")
    return practice() if job == "practice" else test(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
