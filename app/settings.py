"""All settings, read once from the environment or `.env` into one typed object and passed down."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SettingsError
from nlu.project_files import has_rasa_layout
from nlu.runtime import BackendName, Runtime
from nlu.scale import Scale

MIN_SECRET_LENGTH = 32
LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes
HOME = Path(".frontdesk")
# What a Rasa project has and a shop's folder has not.
RASA_MARKS = ("endpoints.yml", "credentials.yml", "actions", "actions.py")
SHOP_ACTIONS_WAIT_S, PROJECT_ACTIONS_WAIT_S = 30.0, 300.0


class Settings(BaseSettings):
    """Every setting has a default that works on a fresh machine; the README lists them."""

    model_config = SettingsConfigDict(
        env_prefix="FRONTDESK_", env_file=".env", extra="ignore", populate_by_name=True
    )

    home: Path = HOME
    project: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    database_url: str = Field("", alias="DATABASE_URL")
    redis_url: str = Field("", alias="REDIS_URL")
    orders_url: str = ""
    orders_token: str = ""
    orders_wait_s: float = Field(5.0, gt=0, le=60)
    nlu_url: str = "http://127.0.0.1:8001"
    nlu_deadline_s: float = Field(5.0, gt=0)
    encoder: str = ""
    recipe: str = ""
    device: str = "auto"
    backend: BackendName = "auto"
    ray_address: str = ""
    ray_min_replicas: int = Field(2, ge=1)
    ray_max_replicas: int = Field(2, ge=1)
    ray_gpus: float = Field(0.0, ge=0, le=1)
    ray_cpus: float = Field(1.0, gt=0)
    public_url: str = ""
    action_endpoint: str = ""
    action_timeout_s: float | None = Field(None, gt=0)
    compress_actions: bool = Field(False, alias="COMPRESS_ACTION_SERVER_REQUEST")
    secret_key: str = ""
    shop_secret: str = ""
    api_token: str = ""
    api_jwt_secret: str = ""
    api_callback_hosts: list[str] = []
    admin_password: str = ""
    allowed_origins: list[str] = []
    cookie_secure: bool = False
    trusted_proxies: int = Field(0, ge=0)
    web_workers: int = Field(1, ge=1)
    demo_shop: bool = True
    smtp_url: str = ""
    mail_from: str = "shop@localhost"
    identity_minutes: int = Field(60, ge=1)
    rate_limits: bool = True

    @field_validator("home", "project")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("secret_key", "shop_secret", "api_token", "api_jwt_secret")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < MIN_SECRET_LENGTH:
            raise ValueError(f"must have at least {MIN_SECRET_LENGTH} characters")
        return value

    @model_validator(mode="after")
    def _replicas(self) -> Settings:
        if self.ray_max_replicas < self.ray_min_replicas:
            raise ValueError("FRONTDESK_RAY_MAX_REPLICAS is below FRONTDESK_RAY_MIN_REPLICAS")
        return self

    @model_validator(mode="after")
    def _orders_api(self) -> Settings:
        if self.orders_over_http:
            if not urlsplit(self.orders_url).hostname:
                raise ValueError("FRONTDESK_ORDERS_URL names no host")
            if not (self.orders_token.isascii() and self.orders_token.isprintable()):
                raise ValueError("FRONTDESK_ORDERS_TOKEN must be printable ASCII")
            if not self.orders_token:
                raise ValueError("FRONTDESK_ORDERS_URL is an API: it needs FRONTDESK_ORDERS_TOKEN")
        return self

    @model_validator(mode="after")
    def _belonging_to_the_project(self) -> Settings:
        """What nobody set is as the project is: a Rasa project has its own home, and no shop.

        Who stands in a Rasa project and names none means that one. Who names orders of their own
        has real customers, and no demonstration that shows their mails to anybody.
        """
        if "project" not in self.model_fields_set and has_rasa_layout(Path.cwd()):
            self.project = Path.cwd()
        if self.rasa_project and "home" not in self.model_fields_set:
            self.home = self.project / HOME
        if (self.rasa_project or self.orders_url) and "demo_shop" not in self.model_fields_set:
            self.demo_shop = False
        return self

    @property
    def rasa_project(self) -> bool:
        """Whether the bot is a project written for Rasa, and not a shop's folder."""
        marked = any((self.project / mark).exists() for mark in RASA_MARKS)
        return marked or has_rasa_layout(self.project)

    @property
    def sells(self) -> bool:
        """Whether there is a shop behind the bot, with orders and a catalogue."""
        return self.demo_shop or not self.rasa_project

    @property
    def actions_wait_s(self) -> float:
        """How long an action may take, in seconds."""
        usual = PROJECT_ACTIONS_WAIT_S if self.rasa_project else SHOP_ACTIONS_WAIT_S
        return usual if self.action_timeout_s is None else self.action_timeout_s

    @property
    def models_dir(self) -> Path:
        """Where trained models and the pointer to the serving one stand."""
        return self.home / "models"

    @property
    def transcript_url(self) -> str:
        """SQLAlchemy URL of the transcript database."""
        return self.database_url or f"sqlite:///{self.home / 'frontdesk.db'}"

    @property
    def orders_over_http(self) -> bool:
        """Whether the orders are behind an HTTP API, and not in a database that we open."""
        return self.orders_url.lower().startswith(("http://", "https://"))

    @property
    def order_database_url(self) -> str:
        """SQLAlchemy URL of the shop's order database; there is none when `orders_over_http`."""
        return self.orders_url or f"sqlite:///{self.home / 'orders.db'}"

    @property
    def mail_folder(self) -> Path:
        """The local mailbox (a maildir) that stands in for a mail server."""
        return self.home / "mail"

    @property
    def local_mail(self) -> bool:
        """Whether mails go into the local mailbox: in the demonstration, and nowhere else.

        Real customers could not read them there.
        """
        return self.demo_shop and not self.smtp_url

    @property
    def embedded_redis(self) -> bool:
        """True when no external Redis is named and our own is to be started."""
        return not self.redis_url

    @property
    def redis_socket(self) -> Path:
        """Unix socket of the embedded Redis; elsewhere when the home's path is too long."""
        socket = self.home / "redis.sock"
        if len(str(socket)) <= LONGEST_SOCKET_PATH:
            return socket
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"frontdesk-{os.getuid()}-{digest}" / "redis.sock"

    @property
    def effective_redis_url(self) -> str:
        """URL of the Redis in use."""
        return self.redis_url or f"unix://{self.redis_socket}"

    @property
    def limits_storage_url(self) -> str:
        """The same Redis, as the `limits` library spells it."""
        url = self.effective_redis_url
        return f"redis+{url}" if url.startswith("unix:") else url

    @property
    def nlu_address(self) -> tuple[str, int]:
        """Host and port on which our own NLU host listens. Raises SettingsError without a port."""
        parts = urlsplit(self.nlu_url)
        if not parts.hostname or not parts.port:
            raise SettingsError(f"FRONTDESK_NLU_URL needs a host and a port: {self.nlu_url}")
        return parts.hostname, parts.port

    @property
    def runtime(self) -> Runtime:
        """Where and how models are run."""
        return Runtime(self.device, self.backend)

    @property
    def scale(self) -> Scale:
        """How the NLU host is replicated on a Ray cluster."""
        return Scale(
            min_replicas=self.ray_min_replicas,
            max_replicas=self.ray_max_replicas,
            gpus=self.ray_gpus,
            cpus=self.ray_cpus,
            address=self.ray_address,
        )

    @property
    def own_url(self) -> str:
        """The address a person on this machine opens."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def outer_url(self) -> str:
        """The address under which customers reach us, for links in answers."""
        return self.public_url.rstrip("/") or self.own_url

    @cached_property
    def session_secret(self) -> str:
        """Key that signs the desk's session cookies."""
        return self.secret_key or self._generated("secret_key")

    @cached_property
    def identity_secret(self) -> str:
        """Key shared with the shop's server, which signs customers' identity tokens with it."""
        return self.shop_secret or self._generated("shop_secret")

    @cached_property
    def api_token_in_use(self) -> str:
        """The token that opens the HTTP API."""
        return self.api_token or self._generated("api_token")

    @cached_property
    def first_admin_password(self) -> str:
        """Password of the administrator made at the first start."""
        return self.admin_password or self._generated("admin_password", length=12)

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment, for the variables that a project's own files name."""
        return os.environ

    def environment(self) -> dict[str, str]:
        """The environment of a child process that is to see these settings.

        With `python -P` it finds our packages before those of the folder it runs in, which may
        have an `app.py` of its own.
        """
        paths = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", ""), str(Path.cwd())]
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(path for path in paths if path),
            "FRONTDESK_HOME": str(self.home),
            "FRONTDESK_PROJECT": str(self.project),
            "FRONTDESK_HOST": self.host,
            "FRONTDESK_PORT": str(self.port),
            "FRONTDESK_ACTION_ENDPOINT": self.action_endpoint,
        }

    def _generated(self, name: str, length: int = 32) -> str:
        """A secret made at its first use and kept in `home`, readable by the owner alone."""
        folder = self.home / "secrets"
        path = folder / name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii")
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(length))
        return path.read_text(encoding="ascii")


def load_settings(**given: Any) -> Settings:
    """Read the settings; what is `given` goes before the environment.

    Raises SettingsError that names each wrong setting, one a line.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        lines = [f"setting {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise SettingsError("\n".join(lines)) from error


def settings_of(project: Path | None) -> Settings:
    """The settings for the bot in a folder; None means the one that the settings name."""
    return load_settings() if project is None else load_settings(project=project)
