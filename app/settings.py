"""All settings, read once from the environment or `.env` into one typed object and passed down."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SettingsError
from nlu.runtime import BackendName, Runtime
from nlu.scale import Scale

MIN_SECRET_LENGTH = 32
LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes


class Settings(BaseSettings):
    """Every setting has a default that works on a fresh machine; the README lists them."""

    model_config = SettingsConfigDict(
        env_prefix="FRONTDESK_", env_file=".env", extra="ignore", populate_by_name=True
    )

    home: Path = Path(".frontdesk")
    project: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    database_url: str = Field("", alias="DATABASE_URL")
    redis_url: str = Field("", alias="REDIS_URL")
    orders_url: str = ""
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
    action_timeout_s: float = Field(30.0, gt=0)
    secret_key: str = ""
    shop_secret: str = ""
    admin_password: str = ""
    allowed_origins: list[str] = []
    cookie_secure: bool = False
    trusted_proxies: int = Field(0, ge=0)
    web_workers: int = Field(1, ge=1)
    demo_shop: bool = True
    identity_minutes: int = Field(60, ge=1)
    rate_limits: bool = True

    @field_validator("home", "project")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("secret_key", "shop_secret")
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

    @property
    def models_dir(self) -> Path:
        """Where trained models and the pointer to the serving one stand."""
        return self.home / "models"

    @property
    def transcript_url(self) -> str:
        """SQLAlchemy URL of the transcript database."""
        return self.database_url or f"sqlite:///{self.home / 'frontdesk.db'}"

    @property
    def order_database_url(self) -> str:
        """SQLAlchemy URL of the shop's order database."""
        return self.orders_url or f"sqlite:///{self.home / 'orders.db'}"

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
    def first_admin_password(self) -> str:
        """Password of the administrator made at the first start."""
        return self.admin_password or self._generated("admin_password", length=12)

    def environment(self) -> dict[str, str]:
        """The environment of a child process that is to see these settings."""
        return {
            **os.environ,
            "FRONTDESK_HOME": str(self.home),
            "FRONTDESK_PROJECT": str(self.project),
            "FRONTDESK_HOST": self.host,
            "FRONTDESK_PORT": str(self.port),
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
