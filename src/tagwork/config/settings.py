"""Settings of every process; what an operator sets comes from the environment (docs/operate/settings.md)."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from tagwork.config.database import database_from_url
from tagwork.kit.secrets import former_keys, named_secret, proof_seed, secret_key

PACKAGE_DIR = Path(__file__).resolve().parent.parent
REPOSITORY_DIR = PACKAGE_DIR.parent.parent

# production is the default: a forgotten variable must never open a demo.
ENVIRONMENT = os.environ.get("TAGWORK_ENV", "production")
if ENVIRONMENT not in ("production", "demo", "test"):
    raise ImproperlyConfigured(f"TAGWORK_ENV is {ENVIRONMENT!r}; use production, demo or test")
IS_DEMO = ENVIRONMENT == "demo"
IS_TEST = ENVIRONMENT == "test"
IS_PRODUCTION = ENVIRONMENT == "production"
DEBUG = False
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # unique by lower(email): person_email_once

DATA_DIR = Path(os.environ.get("DATA_DIR", REPOSITORY_DIR / ".data")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
SECRET_KEY = secret_key(os.environ.get("TAGWORK_SECRET_KEY"), ENVIRONMENT, DATA_DIR)
# Signs the ledger's checkpoints; the same on every machine of one house.
PROOF_SEED = proof_seed(os.environ.get("TAGWORK_PROOF_KEY"), DATA_DIR)
PROOF_FORMER_KEYS = former_keys(os.environ.get("TAGWORK_PROOF_FORMER_KEYS", ""))

DATABASE_URL = os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'tagwork.sqlite3'}"
DATABASES = {"default": database_from_url(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SITE_URL = os.environ.get("TAGWORK_SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}").rstrip("/")
ALLOWED_HOSTS = [h for h in os.environ.get("TAGWORK_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
if IS_TEST:
    ALLOWED_HOSTS.append("testserver")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
IS_HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "tagwork.web",  # first: its templates win over those of allauth and of the admin
    "tagwork.web.apps.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "tagwork.kit",
    "tagwork.people",
    "tagwork.ledger",
    "tagwork.projects",
    "tagwork.tutorial",
    "tagwork.standing",
    "tagwork.work",
    "tagwork.quality",
    "tagwork.payouts",
    "tagwork.formats",
    "tagwork.notices",
]

# Order: the API's hot path leaves the chain at LightPathMiddleware.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tagwork.web.middleware.MovedClockMiddleware",
    "tagwork.web.middleware.LightPathMiddleware",
    "tagwork.web.middleware.CompressedPagesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tagwork.web.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tagwork.web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "tagwork.config.urls"
CSRF_FAILURE_VIEW = "tagwork.web.problems.csrf_failure"
FORM_RENDERER = "tagwork.web.forms.Renderer"
WSGI_APPLICATION = "tagwork.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            # web and api do not know each other; a page takes along what the API would answer by this name.
            "libraries": {"api": "tagwork.api.tags"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tagwork.web.context.site",
            ],
        },
    },
]

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["tagwork.web.backend.SessionBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if IS_TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Sign-in limits must hold over all web processes, also on several machines: the database is what they share.
# Nothing hot uses the cache; the table is made by the people room's migration.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_rate_limit",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("TAGWORK_BEHIND_PROXY") == "1" else 0
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "tagwork.people.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "tagwork.web.account.forms.LoginForm",
    "signup": "tagwork.web.account.forms.SignupForm",
    "reset_password": "tagwork.web.account.forms.ResetPasswordForm",
    "reset_password_from_key": "tagwork.web.account.forms.ResetPasswordKeyForm",
    "change_password": "tagwork.web.account.forms.ChangePasswordForm",
    "set_password": "tagwork.web.account.forms.SetPasswordForm",
    "add_email": "tagwork.web.account.forms.AddEmailForm",
    "reauthenticate": "tagwork.web.account.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "tagwork.web.account.forms.AuthenticateForm",
    "reauthenticate": "tagwork.web.account.forms.ReauthenticateWithCodeForm",
    "activate_totp": "tagwork.web.account.forms.ActivateTOTPForm",
    "add_webauthn": "tagwork.web.account.forms.AddPasskeyForm",
}
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/5m/key,30/5m/ip",
    "signup": "20/m/ip",
    "reset_password": "5/m/ip,3/m/key",
    "confirm_email": "1/30s/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
MFA_TOTP_ISSUER = "Tagwork"
# One step of 30 s before or after: who types slowly, and phones whose clocks differ (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1

SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "tagwork_session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "tagwork_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("TAGWORK_BEHIND_PROXY") == "1" else None
X_FRAME_OPTIONS = "DENY"

# Enforced, no inline and no eval anywhere: the workbench, the pages and the admin live with it.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("ar", "العربية")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "__Host-language" if IS_HTTPS else "tagwork_language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SECURE = IS_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WORKBENCH_DIST = Path(os.environ.get("TAGWORK_WORKBENCH_DIST", REPOSITORY_DIR / "workbench" / "dist"))
STATICFILES_DIRS = [("workbench", WORKBENCH_DIST)] if WORKBENCH_DIST.is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_TEST
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MANIFEST_STRICT = False
# Names with a hash, ours (12 digits) and those of the workbench's build: what they hold never changes.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+(\.[0-9a-f]{12}|/workbench/assets/.+-[\w-]{8})\.\w+$"
FILES_DIR = DATA_DIR / "files"
# Locked files that all processes of this machine share: how many questions for help with a mark are worked on at once.
ASSIST_PLACES_DIR = DATA_DIR / "assist-places"

# Console mail in the demo; production sets TAGWORK_SMTP_HOST and its kin (docs/operate/settings.md).
EMAIL_BACKEND = (
    "django.core.mail.backends.locmem.EmailBackend"
    if IS_TEST
    else "tagwork.notices.mail.DemoMailbox"
    if IS_DEMO
    else "django.core.mail.backends.smtp.EmailBackend"
)
DEFAULT_FROM_EMAIL = os.environ.get("TAGWORK_FROM_EMAIL", "Tagwork <no-reply@localhost>")
EMAIL_HOST = os.environ.get("TAGWORK_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("TAGWORK_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("TAGWORK_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("TAGWORK_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("TAGWORK_SMTP_TLS", "0") == "1"
# Seconds for each answer of the mail server; without it a silent one would keep the background for ever.
EMAIL_TIMEOUT = 10

# A demo and a test ask no exchange what a coin costs: an operator's own rate counts, or none.
ASKS_EXCHANGES = not (IS_DEMO or IS_TEST)
# Nodes that pay out, by rail: TAGWORK_NODE_LTC_URL=http://10.0.0.5:9332/wallet/hot. Without one a coin is paid by hand.
PAYOUT_NODES = {
    rail: tuple(os.environ.get(f"TAGWORK_NODE_{rail.upper()}_{part}", "") for part in ("URL", "USER", "PASSWORD"))
    for rail in ("ltc", "bch")
}
# Opens an encrypted wallet for the time of a signature; only the processes that pay need it.
PAYOUT_PASSPHRASES = {rail: named_secret(f"TAGWORK_NODE_{rail.upper()}_PASSPHRASE") for rail in ("ltc", "bch")}
# Wallets that take clients' coins in: TAGWORK_DEPOSITS_LTC_URL=http://10.0.0.5:9332/wallet/deposits. Another wallet
# than the one that pays out, so that neither its change nor its float is ever mistaken for a client's money; the keys
# need not be there (watch only). Name and password are the paying node's where none are given.
DEPOSIT_NODES = {
    rail: (
        os.environ.get(f"TAGWORK_DEPOSITS_{rail.upper()}_URL", ""),
        *(
            os.environ.get(f"TAGWORK_DEPOSITS_{rail.upper()}_{part}")
            or os.environ.get(f"TAGWORK_NODE_{rail.upper()}_{part}", "")
            for part in ("USER", "PASSWORD")
        ),
    )
    for rail in PAYOUT_NODES
}
for _rail, (_url, *_) in DEPOSIT_NODES.items():
    if _url and _url == PAYOUT_NODES[_rail][0]:
        raise ImproperlyConfigured(f"TAGWORK_DEPOSITS_{_rail.upper()}_URL: name another wallet than the one that pays.")
# The operator's own screening of payees (docs/operate/screening.md); may be a private address. None: nobody is asked.
METRICS_TOKEN = os.environ.get("TAGWORK_METRICS_TOKEN", "")
SCREENING = (os.environ.get("TAGWORK_SCREENING_URL", ""), os.environ.get("TAGWORK_SCREENING_TOKEN", ""))
# PayPal's API host, client id, secret and webhook id; without the credentials the method is not offered.
PAYPAL = (
    os.environ.get("TAGWORK_PAYPAL_API", "https://api-m.paypal.com").rstrip("/"),
    *(os.environ.get(f"TAGWORK_PAYPAL_{part}", "") for part in ("CLIENT_ID", "SECRET", "WEBHOOK_ID")),
)

# Payoneer's API and login hosts, the partner's program, client id, secret, and the key of its webhooks.
PAYONEER = (
    os.environ.get("TAGWORK_PAYONEER_API", "https://api.payoneer.com").rstrip("/"),
    os.environ.get("TAGWORK_PAYONEER_LOGIN", "https://login.payoneer.com").rstrip("/"),
    *(
        os.environ.get(f"TAGWORK_PAYONEER_{part}", "")
        for part in ("PROGRAM_ID", "CLIENT_ID", "SECRET", "WEBHOOK_SECRET")
    ),
)

DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"httpx": {"level": "WARNING"}},  # a line for each call to a node says nothing
    "root": {"handlers": ["stderr"], "level": os.environ.get("TAGWORK_LOG_LEVEL", "INFO")},
}
