"""The start: refused with the variable's name when production lacks something, strict when it does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PRODUCTION = {"SECRET_KEY": "k3y-" * 20 + "Zx9!", "ALLOWED_HOSTS": "kratomcare.example.org"}


def _manage(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess:
    """Run manage.py as production does: nothing of this test run's environment, on this test run's database."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    plain = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    plain |= {"KRATOMCARE_DEV": "0", "KRATOMCARE_TEST": "1"}
    plain["DATABASE_URL"] = f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=plain | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_start_without_a_needed_variable_is_refused_by_name(missing):
    answer = _manage("check", environment=PRODUCTION | {missing: ""})
    assert answer.returncode == 1
    assert missing in answer.stderr
    assert ".env.example" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_hospital_sign_on_without_its_secret_is_refused_by_name():
    answer = _manage("check", environment=PRODUCTION | {"OIDC_SERVER_URL": "https://l.example", "OIDC_CLIENT_ID": "k"})
    assert answer.returncode == 1
    assert "OIDC_CLIENT_SECRET" in answer.stderr


def test_deployment_check_under_production_settings_is_clean():
    answer = _manage("check", "--deploy", "--fail-level", "WARNING", environment=PRODUCTION)
    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout


def test_every_variable_that_settings_read_is_in_the_example():
    import re

    read = re.findall(
        r"(?:env\.\w+|needed)\(\"([A-Z_]+)\"", (PROJECT / "kratomcare" / "settings.py").read_text(encoding="utf-8")
    )
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    internal = {"KRATOMCARE_TEST", "KRATOMCARE_COLLECTED"}
    assert {name for name in read if name not in internal and f"{name}=" not in example} == set()


def test_database_that_is_no_postgresql_is_refused():
    answer = _manage("check", environment=PRODUCTION | {"DATABASE_URL": "sqlite:////tmp/x.db"})
    assert answer.returncode == 1
    assert "DATABASE_URL names no PostgreSQL" in answer.stderr
