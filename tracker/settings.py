"""Settings, all from the environment; without any it is the embedded install: SQLite, file broker, one machine."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).resolve()


def flag(name: str, default: bool = False) -> bool:
    """Read a yes/no setting; anything but the listed words is an error, so that DEBUG=flase is no debug mode."""
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    value = os.environ.get(name, "").strip().lower()
    if value == "":
        return default
    if value not in words:
        raise ImproperlyConfigured(f"{name} is {value!r}; expected one of {', '.join(words)}.")
    return words[value]


def number(name: str, default: int) -> int:
    """Read a whole number from the environment."""
    value = os.environ.get(name, "")
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; expected a whole number.") from None


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list from the environment."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def database(url: str) -> dict[str, Any]:
    """Turn DATABASE_URL into Django's mapping: `sqlite:///path` or `postgres://user:password@host:port/name`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        # Measured with a web process, a worker and a timetable writing at once: with these values no write was
        # refused; WAL without IMMEDIATE is the worst choice (a reader that turns writer is refused at once).
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
                "PRAGMA cache_size=-20000;PRAGMA journal_size_limit=27103364;",
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL begins with {parts.scheme!r}; expected sqlite:///path or postgres://user:password@host:port/name."
    )


def embedded_secret() -> str:
    """Return the key kept in the data folder, made on first use; two processes starting at once agree on one."""
    path = VAR / "secret_key"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        draft = VAR / f".secret_key.{os.getpid()}"
        draft.write_text(secrets.token_urlsafe(60), encoding="ascii")
        draft.chmod(0o600)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key is the key
        except OSError:
            draft.replace(path)  # a disk without hard links
        draft.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()


DEBUG = flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY") or embedded_secret()
SECRET_KEY_FROM_ENVIRONMENT = bool(os.environ.get("SECRET_KEY"))
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "scheduling",
    "tracker",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page asks for a sign-in unless it says `login_not_required` (sign-in itself, feeds, the health page).
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tracker.web.look.full_disk.FullDisk",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"

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
            ],
        },
    },
]

DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR / 'db.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False  # with IMMEDIATE even a page that only reads would take the write lock
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "tracker.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = os.environ.get("TIME_ZONE", "Europe/London")
USE_I18N = True
USE_TZ = True

# Static files: unset, they are served from their source folders; set, `collectstatic` puts hashed copies there.
STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Nothing inline, nothing foreign.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "tracker.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 10  # a working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
if flag("HTTPS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}

# Mail: without EMAIL_HOST messages become files in the data folder, so that nothing leaves a trial by accident.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = number("EMAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = number("EMAIL_TIMEOUT", 20)  # threads ignore Celery's time limits; the connection needs its own
EMAIL_FILE_PATH = str(VAR / "mail")
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND") or (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.filebased.EmailBackend"
)
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "clinic@localhost")
CLINIC_TELEPHONE = os.environ.get("CLINIC_TELEPHONE", "")

# Celery. A message is a wake-up; the rows are the queue (docs/adr/0002-rows-are-the-queue.md).
BROKER_URL = os.environ.get("BROKER_URL") or "files://localhost"
FILES = VAR / "broker"
CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 4
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("QUEUE_NAME") or "tracker"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
# A page must not wait for a broker that is down: the timetable finds the rows anyway.
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_TIMEZONE = TIME_ZONE
BROKER_SCHEME = urlsplit(BROKER_URL).scheme
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
if BROKER_SCHEME == "files":
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(FILES / "queue"),
        "data_folder_out": str(FILES / "queue"),
        "processed_folder": str(FILES / "taken"),
        "control_folder": str(FILES / "control"),
        "store_processed": True,
        "polling_interval": 0.1,
    }
    # A look at the folder brings at most slots x prefetch messages; a kill loses at most as many wake-ups.
    CELERY_WORKER_PREFETCH_MULTIPLIER = 8
    CELERY_WORKER_POOL = "threads"  # a third of the memory of processes, and the only choice on Windows
    CELERY_WORKER_CONCURRENCY = 2
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
elif BROKER_SCHEME in ("amqp", "amqps"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True}
    CELERY_TASK_DEFAULT_QUEUE_TYPE = "quorum"
    CELERY_WORKER_DETECT_QUORUM_QUEUES = True
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1
elif BROKER_SCHEME in ("redis", "rediss"):
    # What a killed worker had fetched comes back after this time; no task runs longer.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 4}
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1
else:
    raise ImproperlyConfigured(
        f"BROKER_URL begins with {BROKER_SCHEME!r}; "
        "expected files://localhost, amqp://user:password@host// or redis://host/0."
    )

CELERY_BEAT_SCHEDULER = "tracker.beat:LeasedScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
# Each tick asks the rows what is due. A wake-up that was not taken before the next one is worthless and expires.
CELERY_BEAT_SCHEDULE = {
    "queue-due-reminders": {
        "task": "tracker.tasks.queue_due_reminders",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "deliver-reminders": {
        "task": "tracker.tasks.deliver_reminders",
        "schedule": 5,
        "options": {"expires": 5},
    },
    # Plans whose day has come and counts the streams, unless the rows say that this was done today.
    "nightly": {
        "task": "tracker.tasks.run_nightly",
        "schedule": 600,
        "options": {"expires": 600},
    },
}

# Logs carry keys, never names: no query strings, no form values, no message texts. See tracker/logs.py.
LOG_LEVEL = os.environ.get("LOG_LEVEL", "INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"keys_only": {"()": "tracker.logs.KeysOnly"}},
    "formatters": {"line": {"()": "tracker.logs.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keys_only"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        # A line for each wake-up every five seconds hides what matters.
        "celery.app.trace": {"level": "DEBUG" if LOG_LEVEL == "DEBUG" else "WARNING"},
        "celery.worker.strategy": {"level": "DEBUG" if LOG_LEVEL == "DEBUG" else "WARNING"},
        "celery.beat": {"level": "DEBUG" if LOG_LEVEL == "DEBUG" else "WARNING"},
    },
}
