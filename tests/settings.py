"""The product's settings where nobody set anything: what a machine has in its environment must not decide a test.

A run chooses its database by DATABASE_URL and nothing else. Processes that tests start inherit the cleared environment.
"""

import os
import re
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "tracker" / "settings.py"
#: How the settings ask for a variable.
ASKED = re.compile(r'(?:environ\.get|flag|number|words)\(\s*"([A-Z_]+)"')
for variable in set(ASKED.findall(SOURCE.read_text(encoding="utf-8"))) - {"DATABASE_URL"}:
    os.environ.pop(variable, None)
os.environ["SECRET_KEY"] = "the same for every run of the tests, so that what it keys is the same too"

from tracker.settings import *  # noqa: E402, F403

# Cheap: tests sign in hundreds of times and protect nobody.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
