"""Settings for tests: development settings on a throwaway database server of their own."""

import os

os.environ["KRATOMCARE_DEV"] = "1"
os.environ["KRATOMCARE_TEST"] = "1"

from kratomcare.settings import *  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
