"""The way with systemd and Caddy: installed, used, upgraded, gone back, and restored on another server."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.install_walk.books import Books, books_of, require_nothing_lost
from tests.install_walk.debian import HOST, Debian, bare_debian, finished
from tests.install_walk.pages import BY_HAND, INSTALL, MOVED, REPOSITORY, ROOT, SYSTEMD, UPGRADE, UPGRADED, blocks
from tests.install_walk.report import megabytes, say
from tests.install_walk.shop import PATIENCE, SETTINGS, WalkedShop, running_simulator
from tests.processes import until
from tests.upgrades.release import Release, releases

DATA, BACKUPS, PROGRAM = "/var/lib/storefront", "/var/lib/storefront-backups", "/opt/storefront"
AUTHORITY = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"
PASSPHRASE = "seven green bicycles"
SOURCE = "/srv/source.git"


def walk(folder: Path) -> None:
    """Perform both pages. `folder` is for the root directories, which are removed at the end."""
    older = newest_release()
    # The certificate authorities of both Caddys, for the simulator's webhooks.
    authorities = folder / "authorities.pem"
    authorities.touch()
    with bare_debian(folder, "first") as first, running_simulator(authorities):
        say(f"a bare Debian of {megabytes(first.root)} MB")
        with first.booted():
            shop, order = _first_server(first, older)
            for line in blocks(INSTALL, MOVED)["backup"]:
                first.run(line, PROGRAM)
            books = books_of(first.path(DATA))
            backup = first.path(f"{BACKUPS}/shop.backup")
            say(f"the backup has {backup.stat().st_size // 1024} KB, the root directory {megabytes(first.root)} MB")
            _by_hand(first)
            _kept_shops(first, shop)
        with bare_debian(folder, "second") as second, second.booted():
            _second_server(second, backup, order, books)


def newest_release() -> str:
    """The commit of the newest release: of its tag, or the last one of the shop that it left for the tests."""
    version = list(releases())[-1].version
    tag = _git("rev-parse", "--verify", "--quiet", f"v{version}^{{commit}}")
    return tag or _git("log", "-1", "--format=%H", "--", f"tests/upgrades/data/{version}/storefront.db")


def _first_server(debian: Debian, older: str) -> tuple[WalkedShop, str]:
    """The shop, and the token of its first order."""
    say(f"== Installing a shop: {SYSTEMD}")
    shop = _install(debian, older)
    shop.make_first_admin(debian.run("journalctl -u storefront"))
    shop.open_for_business()
    order = shop.sell()
    say(f"signed in, and sold an order over https://{HOST}")
    books = books_of(debian.path(DATA))
    say(f"== Upgrading, and going back: from commit {older[:8]}")
    _upgrade(debian, shop)
    require_nothing_lost(books, books_of(debian.path(DATA)))
    _use(shop, order)
    say("upgraded: nothing was lost, and it sells")
    _go_back(debian, shop, older)
    _use(shop, order)
    say("gone back: it sells")
    debian.run("git checkout --quiet main", PROGRAM)
    _upgrade(debian, shop)
    _use(shop, order)
    return shop, order


def _use(shop: WalkedShop, order: str) -> None:
    shop.require_paid(order)
    shop.signed_in()
    shop.sell()


def _install(debian: Debian, older: str = "") -> WalkedShop:
    """Perform the blocks of the page. `older`: a commit to run, with the newest's files of deploy/."""
    _publish(debian.path(SOURCE))
    page = blocks(INSTALL, SYSTEMD)
    folder = "/"
    for line in page["install"]:
        if line.startswith("cd "):
            folder = line.removeprefix("cd ")
        else:
            debian.run(line.replace(REPOSITORY, SOURCE), folder)
    settings = debian.path("/etc/storefront.env")
    text = settings.read_text().replace("#BACKUP_", "BACKUP_").replace("PASSPHRASE=", f"PASSPHRASE={PASSPHRASE}")
    settings.write_text(text + "".join(f"{name}={value}\n" for name, value in SETTINGS.items()))
    for line in page["service"]:
        if older and line.startswith("systemctl daemon-reload"):
            debian.run(f"git reset --quiet --hard {older}", folder)
            debian.run(".venv/bin/pip install -r requirements.txt", folder)
        if line.startswith("journalctl"):
            # "After a few seconds."
            WalkedShop("http://127.0.0.1:8000").wait()
        debian.run(line, folder)
    debian.run("systemd-analyze verify /etc/systemd/system/storefront.service")
    say(debian.run("systemd-analyze security --no-pager storefront.service | tail -n 1").strip())
    for line in page["proxy"]:
        debian.run(line, folder)
    file = debian.path("/etc/caddy/Caddyfile")
    file.write_text(file.read_text().replace(f"{HOST} {{\n", f"{HOST} {{\n\ttls internal\n"))
    for line in page["reload"]:
        debian.run(line, folder)
    until(debian.path(AUTHORITY).exists, "Caddy to make its authority", PATIENCE)
    with (debian.root.parent / "authorities.pem").open("a") as authorities:
        authorities.write(debian.path(AUTHORITY).read_text())
    shop = WalkedShop(f"https://{HOST}", debian.path(AUTHORITY))
    shop.wait()
    for line in page["command"]:
        # 1: the doctor names what is missing, such as a mail server.
        say(debian.run(line, folder, ok=(0, 1)))
    return shop


def _publish(repository: Path) -> None:
    """A bare clone with what is committed here as `main`, in the place of the address that the page clones."""
    finished(["git", "clone", "--quiet", "--bare", "--single-branch", str(ROOT), str(repository)], (0,))
    for change in (
        ("update-ref", "refs/heads/main", _git("rev-parse", "HEAD")),
        ("symbolic-ref", "HEAD", "refs/heads/main"),
    ):
        finished(["git", "-C", str(repository), *change], (0,))


def _upgrade(debian: Debian, shop: WalkedShop) -> None:
    page = blocks(UPGRADE, UPGRADED)
    for line in page["backup"]:
        debian.run(line)
    _in_program(debian, page["program"])
    shop.wait()
    for line in page["check"]:
        debian.run(line, ok=(0, 1))


def _go_back(debian: Debian, shop: WalkedShop, older: str) -> None:
    """From the backup that the start has made before the upgrade, else from that of the first step."""
    made = sorted(debian.path(f"{DATA}/before-upgrade").glob("shop-*.backup"))
    name = f"{DATA}/before-upgrade/{made[-1].name}" if made else f"{BACKUPS}/before-the-upgrade.backup"
    page = blocks(UPGRADE, "Go back")["restore"]
    lines = [line.replace("v0.2.0", older).replace(f"{DATA}/before-upgrade/shop-….backup", name) for line in page]
    _in_program(debian, [line.replace("git checkout", "git checkout --quiet") for line in lines])
    shop.wait()


def _in_program(debian: Debian, lines: list[str]) -> None:
    for line in lines:
        if line.startswith("cd "):
            assert line == f"cd {PROGRAM}"
        else:
            debian.run(line, PROGRAM)


def _by_hand(debian: Debian) -> None:
    say("== Installing a shop: By hand")
    folder = "/srv/by-hand"
    debian.run(f"git clone --quiet {SOURCE} {folder}")
    for line in blocks(INSTALL, BY_HAND)["start"]:
        if line.endswith("-m storefront"):
            with _in_background(debian, line, folder):
                WalkedShop("http://127.0.0.1:8000").wait()
        else:
            debian.run(line, folder)
    say("it answers, and has stopped")


@contextmanager
def _in_background(debian: Debian, line: str, folder: str) -> Iterator[None]:
    """The line runs as a service of no file, so that it can be stopped."""
    debian.run(f"systemd-run --quiet --unit=by-hand --working-directory={folder} sh -c 'exec env {line}'")
    try:
        yield
    finally:
        debian.run("systemctl stop by-hand")


def _kept_shops(debian: Debian, shop: WalkedShop) -> None:
    """The shop that each release left is put in place of the first one, and started by this version."""
    for release in releases():
        say(f"== The shop that version {release.version} left")
        debian.run("systemctl stop storefront")
        _replace(debian, release)
        before = books_of(release.folder)
        debian.run("systemctl start storefront")
        shop.wait()
        require_nothing_lost(before, books_of(debian.path(DATA)))
        owner = release.expected["admin"]
        shop.signed_in(owner["email"], owner["password"])
        backups = len(list(debian.path(f"{DATA}/before-upgrade").glob("*.backup")))
        say(f"nothing was lost, its owner signs in; {backups} backups were made before the upgrade")


def _replace(debian: Debian, release: Release) -> None:
    shutil.rmtree(debian.path(DATA))
    release.install(debian.path(DATA))
    debian.run(f"chown -R storefront: {DATA} && chmod 700 {DATA}")


def _second_server(debian: Debian, backup: Path, order: str, books: Books) -> None:
    say("== Installing a shop: The same shop on another server")
    shop = _install(debian)
    shutil.copy(backup, debian.path(BACKUPS))
    delivered = backup.parent / "delivered-files"
    if delivered.exists():
        shutil.copytree(delivered, debian.path(BACKUPS) / delivered.name, dirs_exist_ok=True)
    for line in blocks(INSTALL, MOVED)["restore"]:
        say(debian.run(line, PROGRAM, ok=(0, 1) if line.endswith("doctor") else (0,)))
        if line.startswith("systemctl start"):
            shop.wait()
    require_nothing_lost(books, books_of(debian.path(DATA)))
    _use(shop, order)
    say("restored: nothing was lost, its owner signs in, and it sells")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True)
    return done.stdout.strip()
