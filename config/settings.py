"""Settings: everything that varies comes from the environment (docs/operators.md lists it).

In development `manage.py dev` starts PostgreSQL and Valkey and fills in the addresses;
in production DATABASE_URL, BROKER_URL, SECRET_KEY and KEYSTORE_DIR must be set.
"""

from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.environment import BASE_DIR, MODE, PRODUCTION, directory, env, secret

SAYSO_ENV = MODE
VAR_DIR = directory("SAYSO_VAR_DIR", BASE_DIR / "var")
KEYSTORE_DIR = directory("KEYSTORE_DIR", VAR_DIR / "keys")
KEYSTORE_COPY_DIR = (
    directory("KEYSTORE_COPY_DIR", BASE_DIR) if env.str("KEYSTORE_COPY_DIR", default="") else None
)
# Asked before a key store is made where there is none.
KEYSTORE_GUARD = "config.keystore_guard.refuse_beside_people"
EXPORTS_DIR = directory("EXPORTS_DIR", VAR_DIR / "exports")
MAIL_DIR = directory("MAIL_DIR", VAR_DIR / "mail")

DEBUG = False
SECRET_KEY = secret("SECRET_KEY", development="only-for-development-never-in-production")
PORT = env.int("PORT", default=8000)
BASE_URL = env.str("BASE_URL", default=f"http://127.0.0.1:{PORT}")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "config",
    "portal",
    "console",
    "personalization",
    "profiles",
    "consent",
    "audit",
    "keys",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "oauth2_provider",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "config.middleware.RequestIdMiddleware",
    "config.rate_headers.RateHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.restore_gate.RestoreGateMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.signal_middleware.BrowserSignalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]

# Databases. `default` is the restricted role that every web and worker process uses;
# `policy` may only write verdicts; `owner` migrates and never serves a request.


def _database(url_name: str, *, role: str | None = None) -> dict[str, Any]:
    settings = env.db_url(url_name)
    settings["CONN_MAX_AGE"] = None
    settings["CONN_HEALTH_CHECKS"] = True
    settings["ENGINE"] = "django.db.backends.postgresql"
    options = settings.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 5)
    # Because Django turns prepared statements off altogether, and the gate lives by them.
    options.setdefault("prepare_threshold", 5)
    if role:
        options["options"] = f"-c role={role}"
    return settings


DATABASES: dict[str, Any] = (
    {"default": _database("DATABASE_URL")} if env.str("DATABASE_URL", default="") else {}
)
if not DATABASES:
    raise ImproperlyConfigured(
        "DATABASE_URL is not set. Start the whole service with `make run`, run tests with "
        "`make test`, or set DATABASE_URL to the address of a PostgreSQL 15+ server."
    )
if env.str("DATABASE_OWNER_URL", default=""):
    DATABASES["owner"] = _database("DATABASE_OWNER_URL")
POLICY_ROLE = "sayso_policy"
SEQUENCER_ROLE = "sayso_sequencer"
PRUNER_ROLE = "sayso_pruner"
OFFICER_ROLE = "sayso_officer"
if env.str("DATABASE_POLICY_URL", default=""):
    DATABASES["policy"] = _database("DATABASE_POLICY_URL")
elif "owner" in DATABASES:
    DATABASES["policy"] = _database("DATABASE_OWNER_URL", role=POLICY_ROLE)
if env.str("DATABASE_SEQUENCER_URL", default=""):
    DATABASES["sequencer"] = _database("DATABASE_SEQUENCER_URL")
elif "owner" in DATABASES:
    DATABASES["sequencer"] = _database("DATABASE_OWNER_URL", role=SEQUENCER_ROLE)
for _alias, _role in (("pruner", PRUNER_ROLE), ("officer", OFFICER_ROLE)):
    if env.str(f"DATABASE_{_alias.upper()}_URL", default=""):
        DATABASES[_alias] = _database(f"DATABASE_{_alias.upper()}_URL")
    elif "owner" in DATABASES:
        DATABASES[_alias] = _database("DATABASE_OWNER_URL", role=_role)
DATABASE_ROUTERS: list[str] = []
if PRODUCTION and DATABASES.get("owner", {}).get("USER") == DATABASES["default"]["USER"]:
    raise ImproperlyConfigured(
        "DATABASE_URL and DATABASE_OWNER_URL name the same role. The application must not own "
        "its tables: create a second login role and put it in DATABASE_URL."
    )

# People

AUTH_USER_MODEL = "profiles.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "profiles.sign_in.OfficerBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "portal:sign-in"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["ip_address"]
AXES_USERNAME_CALLABLE = "profiles.sign_in.lockout_name"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# Partners

OAUTH2_PROVIDER_APPLICATION_MODEL = "consent.Application"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "oauth2_provider.AccessToken"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 600,
    "ACCESS_TOKEN_GENERATOR": "consent.api.tokens.generate",
    "OAUTH2_VALIDATOR_CLASS": "consent.api.oauth.ClientValidator",
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "SCOPES": {
        "decide": "Ask whether a use is allowed",
        "consent:read": "Read the consents of a person",
        "consent:write": "Record what a person said, and write attributes",
        "changes": "Follow changes",
        "requests": "Open and read data-subject requests",
        "log:read": "Read checkpoints and proofs of the log",
        "webhooks": "Manage webhook endpoints",
        "recommendations": "Get recommendations",
    },
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["consent.api.authentication.PartnerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["consent.api.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["consent.api.rates.PartnerThrottle"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.problems.handle",
    "UNAUTHENTICATED_USER": None,
}
# Calls of one client per minute and process (docs/partners.md).
RATE_LIMIT_PER_MINUTE = env.int("RATE_LIMIT_PER_MINUTE", default=6_000)
RATE_LIMIT_EVALUATIONS_PER_MINUTE = env.int("RATE_LIMIT_EVALUATIONS_PER_MINUTE", default=600_000)

SPECTACULAR_SETTINGS = {
    "TITLE": "Sayso",
    "DESCRIPTION": "Ask before each use, record what people say, prove both.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/(v1|access|\\.well-known)/",
    "PREPROCESSING_HOOKS": [],
    "POSTPROCESSING_HOOKS": ["config.schema.complete"],
    "SORT_OPERATIONS": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

# The holders of personal data, asked in this order by export and erasure, and the consumers
# of consent changes. Lower layers must not import upper ones, so the arrows are inverted here,
# in the open; `tests/test_architecture.py` resolves each name.

PERSONAL_DATA_HOLDERS = [
    "personalization.holder.RecommendationHolder",
    "profiles.holder.VaultHolder",
    "profiles.holder.AccountHolder",
    "consent.holder.ConsentHolder",
    "keys.holder.KeyHolder",
]
# By name, so that a change can be announced to them without loading what they hold.
CHANGE_CONSUMERS = {
    "queue": "profiles.consumers.QueuedWork",
    "recommender": "personalization.consumers.Recommender",
}
THIRD_PARTY_PRIVACY = "config.privacy.THIRD_PARTY"

# Which numbers of TCF, GPP and Google Consent Mode mean which purposes and recipients here.
EXCHANGE_FILE = env.str(
    "EXCHANGE_FILE", default=str(BASE_DIR / "consent" / "data" / "exchange.json")
)

# Requests: how long an erasure can be taken back, how long a copy waits for its download, how
# long a worker may be silent before another takes over its step.

ERASURE_UNDO_HOURS = env.int("ERASURE_UNDO_HOURS", default=24)
EXPORT_DAYS = env.int("EXPORT_DAYS", default=14)
STEP_LEASE_SECONDS = env.int("STEP_LEASE_SECONDS", default=20)

# Whether Sec-GPC opts out only where a statute orders it; by default it does everywhere.

GPC_STATUTORY_ONLY = env.bool("GPC_STATUTORY_ONLY", default=False)

# Our id in the directory of a Data Rights network; empty: agents are not answered.

DRP_BUSINESS_ID = env.str("DRP_BUSINESS_ID", default="")
# How receipts are signed: ES256, which every library knows, or Ed25519 (RFC 9864).
RECEIPT_ALGORITHM = env.str("RECEIPT_ALGORITHM", default="ES256")
if RECEIPT_ALGORITHM not in ("ES256", "Ed25519"):
    raise ImproperlyConfigured("RECEIPT_ALGORITHM is ES256 or Ed25519.")

# Questions to people (docs/operators.md): these can make asking rarer, never more frequent.

ASKS_PER_VISIT = env.int("ASKS_PER_VISIT", default=1)
ASKS_PER_WINDOW = env.int("ASKS_PER_WINDOW", default=3)
ASK_WINDOW_DAYS = env.int("ASK_WINDOW_DAYS", default=90)
ASK_QUIET_DAYS = env.int("ASK_QUIET_DAYS", default=180)
ASK_QUIET_SURFACES = env.list("ASK_QUIET_SURFACES", default=[])

# The name under which this log signs (C2SP checkpoint origin); it never changes.
LOG_ORIGIN = env.str("LOG_ORIGIN", default="localhost/sayso")
# Who cosigns its checkpoints (C2SP tlog-policy); empty: nobody is asked.
WITNESS_POLICY_FILE = env.str("WITNESS_POLICY_FILE", default="")
WITNESS_PERIOD_SECONDS = env.float("WITNESS_PERIOD_SECONDS", default=1.0)

# Long work

BROKER_URL = env.str("BROKER_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 150
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 15,
    "socket_connect_timeout": 3,
}

# Languages and times

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("uk", _("Ukrainian"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
CONTROLLER_TIME_ZONE = env.str("CONTROLLER_TIME_ZONE", default="Europe/Berlin")

# Files and mail

STATIC_URL = "static/"
STATIC_ROOT = directory("STATIC_ROOT", VAR_DIR / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://" if PRODUCTION else "filemail://")
vars().update(EMAIL_CONFIG)
if not PRODUCTION and EMAIL_CONFIG["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    EMAIL_FILE_PATH = str(MAIL_DIR)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Sayso <privacy@localhost>")
MAIL_OUTBOX_PAGE = not PRODUCTION

# Answers never leave with inline code, and no page may be framed.

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        # Because proofs are checked in a worker of ours.
        "worker-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # Because request lines carry subject ids and search words.
        "django.request": {"level": "ERROR"},
        "axes": {"level": "ERROR"},
        # Because the sweepers ring every few seconds, and a line for each drowns the rest.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.worker.request": {"level": "WARNING"},
    },
}
