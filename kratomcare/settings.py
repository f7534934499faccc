"""Settings, all from the environment. `.env.example` names every variable; a missing one stops the start."""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from kratomcare.database import embedded_database

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def needed(name: str) -> str:
    """Read a variable that production cannot do without."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. `.env.example` says what it is for; put it in the environment.")
    return value


# Development: plain http on this machine only. Pages look and fail as they do in production unless DEBUG is asked for.
DEV = env.bool("KRATOMCARE_DEV", default=False)
TESTING = env.bool("KRATOMCARE_TEST", default=False)
DEBUG = DEV and not TESTING and env.bool("KRATOMCARE_DEBUG", default=False)

SECRET_KEY = env.str("SECRET_KEY", default="") or ("only-for-development" if DEV else needed("SECRET_KEY"))
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"] if DEV else needed("ALLOWED_HOSTS").replace(" ", "").split(",")
CSRF_TRUSTED_ORIGINS = [] if DEV else [f"https://{host}" for host in ALLOWED_HOSTS]

INSTALLED_APPS = [
    "kratomcare.apps.KratomCareConfig",
    "clinical",
    "legal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",  # the passkey page of allauth counts days with it
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_include_bootstrap",
    "django_htmx",
    "import_export",
    "pgtrigger",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kratomcare.lean.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "kratomcare.lean.SignedIn",
    "kratomcare.middleware.plain_text_only",
    "kratomcare.middleware.noted_address",
    "kratomcare.middleware.idle_limit",
    "kratomcare.middleware.LoginRequired",
    "kratomcare.middleware.practice_time",
    "kratomcare.lean.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kratomcare.middleware.private_pages",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
# Of these, what guards. Names are asked for at nearly every key and pass by the rest: `kratomcare.at_every_key`.
MIDDLEWARE_FOR_NAMES = [
    "django.middleware.security.SecurityMiddleware",
    "kratomcare.lean.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "kratomcare.lean.SignedIn",
    "kratomcare.middleware.plain_text_only",
    "kratomcare.middleware.idle_limit",
    "kratomcare.middleware.LoginRequired",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kratomcare.middleware.private_pages",
]

ROOT_URLCONF = "kratomcare.urls"
WSGI_APPLICATION = "kratomcare.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kratomcare.context.reads_charts",
            ],
        },
    },
]

# ---- Database: PostgreSQL only. Without DATABASE_URL, the embedded server of this checkout.
if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": env.db("DATABASE_URL")}
    if "postgresql" not in DATABASES["default"]["ENGINE"]:
        raise ImproperlyConfigured("DATABASE_URL names no PostgreSQL. `.env.example` shows how it is written.")
else:
    DATABASES = {"default": embedded_database(BASE_DIR, for_tests=TESTING)}
# One connection per server thread, kept open; `kratomcare.connections` notices a dead one before it is used.
DATABASES["default"]["CONN_MAX_AGE"] = 0 if TESTING else env.int("DATABASE_CONNECTION_SECONDS", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# What is asked again and again is planned once for each connection: planning took longer than most answers.
if env.bool("DATABASE_PREPARED", default=True):
    DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 3}
# Any number of test runs at once, each in a database of its own.
DATABASES["default"]["TEST"] = {"NAME": f"test_kratomcare_{os.getpid()}"}
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}

# ---- Signing in: by e-mail address, by invitation only, with a second factor for those who add one.
AUTH_USER_MODEL = "clinical.User"
AUTHENTICATION_BACKENDS = ["kratomcare.backend.People"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "kratomcare.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "kratomcare.accounts.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator enters the address; nobody signs up
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "KratomCare: "
ACCOUNT_SESSION_REMEMBER = False  # closing the browser signs out; no "remember me" on a shared clinic computer
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "KratomCare"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEV

# ---- Hospital sign-on, where the practice has it. It signs in people who are already known here, by verified address.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []}}
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "hospital",
            "name": env.str("OIDC_NAME", default="") or _("Hospital sign-on"),
            "client_id": needed("OIDC_CLIENT_ID"),
            "secret": needed("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": OIDC_SERVER_URL},
        }
    )

# ---- A session ends after this much idleness; `kratomcare.middleware.idle_limit` moves the end on at each page.
SESSION_ENGINE = "kratomcare.sessions"
SESSION_COOKIE_AGE = 60 * env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEV
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# ---- Headers.
SECURE_SSL_REDIRECT = not DEV
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # the machine that watches over us asks from inside, over http
SECURE_HSTS_SECONDS = 0 if DEV else env.int("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEV
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_HTTPS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its arrows and ticks, and allauth its QR code, as data
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *([OIDC_SERVER_URL] if OIDC_SERVER_URL else [])],
    }
}

# The fullest visit that the page can show has this many fields; one more must not cost what was typed.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# ---- Languages and time. Pages are in English; a handout may be printed in another language.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"

# On paper: the size, whom to call in an emergency, and the crisis line where it is not the one of the handout's words.
PAPER_SIZE = env.str("PAPER_SIZE", default="us-letter")
EMERGENCY_CALL = env.str("EMERGENCY_CALL", default="911")
CRISIS_LINE_ON_PAPER = env.str("CRISIS_LINE_ON_PAPER", default="")
USE_TZ = True

# ---- Static files: named by content and compressed where they have been collected, else straight from the sources.
COLLECTED = not DEV or env.bool("KRATOMCARE_COLLECTED", default=False)
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not COLLECTED
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "jpg", "gif", "woff", "woff2", "gz", "br"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FORMS_URLFIELD_ASSUME_HTTPS = True
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = not DEV

# ---- Reference data: a published change needs a second person, unless a site has only one.
REFERENCE_NEEDS_SECOND_PERSON = env.bool("REFERENCE_NEEDS_SECOND_PERSON", default=True)

# ---- The crisis line shown where suicide is asked about, in the words of the place. Empty: that of the reference data.
CRISIS_LINE = env.str("CRISIS_LINE", default="")

# ---- Mail: to the terminal in development.
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://" if DEV else "smtp://localhost:25")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # seconds: a mail server that hangs must not hold a worker
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="KratomCare <noreply@localhost>")

# ---- Logs never hold what was typed: no query strings, no messages of exceptions (they quote values).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "formatters": {"plain": {"()": "kratomcare.logs.WithoutValues", "format": "%(asctime)s %(levelname)s %(message)s"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["terminal"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["terminal"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": ["terminal"], "level": "INFO", "propagate": False},
        "granian": {"handlers": ["terminal"], "level": "WARNING", "propagate": False},
    },
}
