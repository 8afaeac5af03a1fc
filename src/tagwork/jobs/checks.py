"""Is this installation fit to run? Each check asks one thing and says what to do when the answer is no."""

import json
import os
import stat
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from tagwork.jobs.report import CheckResult
from tagwork.kit.secrets import weakness
from tagwork.kit.triggers import missing_triggers

UPGRADE = "run: tagwork upgrade"
NAMED = 3


def _first_of(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def database_reachable() -> CheckResult:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        return CheckResult("database reachable", False, f"{connection.vendor}: {error}; check DATABASE_URL")
    return CheckResult("database reachable", True, connection.vendor)


def migrations_applied() -> CheckResult:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return CheckResult("migrations applied", False, str(error))
    if waiting:
        names = [f"{migration.app_label}.{migration.name}" for migration, _ in waiting]
        return CheckResult("migrations applied", False, f"not applied: {_first_of(names)}; {UPGRADE}")
    return CheckResult("migrations applied", True, "all")


def triggers_present() -> CheckResult:
    """The database's own guard of money and verdicts; SQLite loses triggers when a table is rebuilt."""
    try:
        missing = missing_triggers(connection)
    except DatabaseError as error:
        return CheckResult("triggers present", False, str(error))
    if missing:
        return CheckResult("triggers present", False, f"missing: {_first_of(sorted(missing))}; {UPGRADE}")
    return CheckResult("triggers present", True, "all")


def commits_survive_power_loss() -> CheckResult:
    name = "commits survive power loss"
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA synchronous")
                level = int(cursor.fetchone()[0])
                cursor.execute("PRAGMA journal_mode")
                journal = str(cursor.fetchone()[0])
                # 2 is FULL, 3 EXTRA; NORMAL (1) may lose the last commits in WAL mode
                ok = level >= 2 and journal == "wal"
                return CheckResult(name, ok, f"synchronous={level} (2 is FULL), journal_mode={journal}")
            cursor.execute("SHOW synchronous_commit")
            value = str(cursor.fetchone()[0])
            cursor.execute("SHOW fsync")
            fsync = str(cursor.fetchone()[0])
            return CheckResult(name, value != "off" and fsync == "on", f"synchronous_commit={value}, fsync={fsync}")
    except DatabaseError as error:
        return CheckResult(name, False, str(error))


def secret_key_strong() -> CheckResult:
    problem = weakness(settings.SECRET_KEY)
    if problem:
        return CheckResult("secret key", False, f"{problem}; set TAGWORK_SECRET_KEY")
    kept = settings.DATA_DIR / "secret-key"
    if kept.is_file() and stat.S_IMODE(kept.stat().st_mode) & 0o077:
        return CheckResult("secret key", False, f"others can read {kept}; run: chmod 600 {kept}")
    return CheckResult("secret key", True, f"{len(settings.SECRET_KEY)} characters")


def files_writable() -> CheckResult:
    folder = Path(settings.FILES_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"tagwork")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return CheckResult("files folder writable", False, str(error))
    return CheckResult("files folder writable", True, str(folder))


def workbench_built() -> CheckResult:
    manifest = Path(settings.WORKBENCH_DIST) / "manifest.json"
    if not manifest.is_file():
        return CheckResult(
            "workbench built", False, f"{manifest} is absent; run: make demo, or npm run build in workbench"
        )
    return CheckResult("workbench built", True, str(manifest.parent.parent))


def pages_files_collected() -> CheckResult:
    """Styles, icons and the built workbench lie where they are served from, under the names that pages ask for."""
    name = "pages' files collected"
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return CheckResult(name, True, "served from where they lie")
    wanted = ["web/site.css", *_workbench_files()]
    missing = [one for one in wanted if one not in staticfiles_storage.hashed_files]
    if missing:
        return CheckResult(name, False, f"missing: {_first_of(missing)}; {UPGRADE}")
    return CheckResult(name, True, str(settings.STATIC_ROOT))


def _workbench_files() -> list[str]:
    """As the build's manifest names them; none where there is no build, which is another check's matter."""
    manifest = Path(settings.WORKBENCH_DIST) / "manifest.json"
    if not manifest.is_file():
        return []
    chunks = json.loads(manifest.read_text()).values()
    return sorted({f"workbench/{name}" for chunk in chunks for name in (chunk["file"], *chunk.get("css", ()))})


def check_database() -> list[CheckResult]:
    """May this database be served? When it cannot be reached nothing else is asked of it."""
    reachable = database_reachable()
    return [reachable, migrations_applied(), triggers_present()] if reachable.ok else [reachable]


def check_all() -> list[CheckResult]:
    database = check_database()
    if database[0].ok:
        database.append(commits_survive_power_loss())
    return [*database, secret_key_strong(), files_writable(), workbench_built(), pages_files_collected()]
