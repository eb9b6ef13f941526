"""Everything that can be set from outside: `ZHUCUN_*` variables, read once at the edge."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.catalogue import SERVICES

Mode = Literal["embedded", "servers"]


class SettingsError(Exception):
    """A setting that cannot be used: one sentence that names the variable."""


class Settings(BaseSettings):
    """Settings of one process. Field `x` is the variable `ZHUCUN_X`; an unset one has the default here.

    Seconds are seconds, sizes are bytes, paths are relative to the working directory.
    """

    model_config = SettingsConfigDict(env_prefix="ZHUCUN_", frozen=True, extra="ignore", env_ignore_empty=True)

    mode: Mode | None = None
    """`embedded`: everything on this machine, tokens signed here. Unset: `servers` as soon as a URL is set."""
    origin: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9./-]{0,150}[a-z0-9])?$")] = "zhucun.demo"
    """First part of every log's origin; a label `demo` in it allows the simulated clock."""
    var: Path = Path("var")
    """Data directory: embedded servers, secrets, state of the log signers."""

    postgres_url: SecretStr | None = None
    database_prefix: Annotated[str, Field(pattern=r"^[a-z0-9_]{0,40}$")] = "zhucun_"
    nats_url: SecretStr | None = None
    pool_size: Annotated[int, Field(ge=2, le=200)] = 12
    """Connections of one service to its database."""
    sync_interval: Annotated[str, Field(pattern=r"^(always|[1-9][0-9]*(ms|s|m))$")] = "1s"
    """How often the embedded nats-server calls fsync."""
    replicas: Annotated[int, Field(ge=1, le=5)] = 1
    """Servers of the cluster that hold each stream; `zhucun bus apply` creates the streams so."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    """HTTP port; unset: 8000, or a free one where that is taken."""
    body_limit: Annotated[int, Field(ge=1_024)] = 2_000_000
    public_url: str | None = None
    """Address under which the other services find this process, for example `https://10.0.0.5:8000`."""

    tls_cert: Path | None = None
    """Certificate that this process shows over HTTP, with its chain (PEM); unset: plain HTTP, on loopback only."""
    tls_key: Path | None = None
    """Its key (PEM, without a password). Both are read again when they change."""
    tls_ca: Path | None = None
    """Authority of the other services' certificates (PEM); unset: SSL_CERT_FILE, or those that everybody knows."""
    plain_http: bool = False
    """Plain HTTP beyond loopback, where something else encrypts it (a mesh, a tunnel, a proxy in the same pod)."""

    oidc_issuer: str | None = None
    oidc_audience: str = "zhucun"
    oidc_jwks: str | None = None
    """URL or file of the issuer's keys (JWKS)."""
    oidc_person_claim: str = "sub"
    token: SecretStr | None = None
    """Bearer token of the person in whose name a step on the command line is decided (`zhucun agency`)."""
    feed_token: SecretStr | None = None
    """Shared by the services, to fill holes from each other's feeds."""

    key_dir: Path | None = None
    """Private keys of the logs (`<service>.key`), default `var/secrets/logs`."""
    vkey_dir: Path | None = None
    """Public keys of the logs (`<service>.vkey`), default `var/keys`."""
    state_dir: Path | None = None
    """State of the signers outside the database, default `var/signer`."""

    sm2: bool = False
    """Whether every checkpoint carries a second signature, SM2 with SM3, by
    `<service>.sm2.pem` beside the keys of the logs (needs the program openssl, 3 or later)."""

    agency_url: str | None = None
    """That server as agencies reach it from outside, for their credentials; unset: as we reach it."""
    agency_nats_url: SecretStr | None = None
    """The nats-server of the agencies, never that of the services, with the login by which it is told to read its
    accounts again: `tls://system:…@agencies.example.cn:4222`."""
    agency_accounts: Path | None = None
    """File with the accounts of agencies that their nats-server includes, default `var/agencies/agencies.conf`."""
    agency_budget_mb: Annotated[int, Field(ge=0)] = 12_288
    """What all agencies together may reserve of their server's disk; below its `max_file_store`."""
    agency_patience: Annotated[float, Field(gt=0)] = 600.0
    """Seconds for which an agency may owe an acknowledgement before the alarm."""

    log_format: Literal["auto", "console", "json"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] | None = None
    """Unset: info where services are served, warning beside the table of `zhucun run`."""
    trace_url: Annotated[str, Field(pattern=r"^https?://[^@\s]+$")] | None = None
    """Collector of traces (OTLP over HTTP), for example `http://collector:4318/v1/traces`; unset: no traces."""
    trace_ratio: Annotated[float, Field(ge=0, le=1)] = 1.0
    """Part of the traces that is kept; the same ones in every process."""
    lag_patience: Annotated[float, Field(gt=0)] = 10.0
    """Seconds for which a consumer may be behind one size of its source before the process is not ready."""

    overrides: Annotated[dict[str, str], Field(validation_alias=AliasChoices("overrides"))] = Field(
        default_factory=dict, exclude=True
    )
    """Per-service forms: `attendance_postgres_url`, `attendance_url`, ... (filled by :func:`read_settings`)."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.mode == "servers" and not (self.postgres_url and self.nats_url):
            raise ValueError("ZHUCUN_MODE=servers needs ZHUCUN_POSTGRES_URL and ZHUCUN_NATS_URL")
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("ZHUCUN_TLS_CERT and ZHUCUN_TLS_KEY belong together")
        return self

    @property
    def embedded(self) -> bool:
        """Whether this is one machine of its own: only then are tokens signed here."""
        if self.mode is not None:
            return self.mode == "embedded"
        return self.postgres_url is None and self.nats_url is None

    @property
    def directories(self) -> "Directories":
        """Where keys and signer states lie."""
        return Directories(
            keys=self.key_dir or self.var / "secrets" / "logs",
            vkeys=self.vkey_dir or self.var / "keys",
            state=self.state_dir or self.var / "signer",
        )

    def origin_of(self, service: str) -> str:
        """The origin of a service's log, for instance `zhucun.demo/attendance`."""
        return f"{self.origin}/{service}"

    def postgres_of(self, service: str) -> str:
        """The administrative URL of the server that holds the service's database."""
        own = self.overrides.get(f"{service}_postgres_url")
        if own is None and self.postgres_url is None:
            raise SettingsError(f"ZHUCUN_POSTGRES_URL is not set and neither is ZHUCUN_{service.upper()}_POSTGRES_URL")
        return own or (self.postgres_url.get_secret_value() if self.postgres_url else "")

    def nats(self) -> str:
        """The URL of the bus."""
        if self.nats_url is None:
            raise SettingsError("ZHUCUN_NATS_URL is not set")
        return self.nats_url.get_secret_value()

    def base_url_of(self, service: str) -> str:
        """Where the service answers over HTTP (its own process or this one), without a final slash."""
        own = self.overrides.get(f"{service}_url") or self.public_url
        return own.rstrip("/") if own else f"{self.scheme}://{self.host}:{self.port or 8000}"

    @property
    def scheme(self) -> str:
        """`https` where this process shows a certificate."""
        return "http" if self.tls_cert is None else "https"


class Directories:
    """Directories that belong to the logs of this process."""

    def __init__(self, *, keys: Path, vkeys: Path, state: Path) -> None:
        self.keys = keys
        self.vkeys = vkeys
        self.state = state

    def state_file(self, service: str) -> Path:
        """State of the signer of one log, outside its database."""
        return self.state / f"{service}.state.json"


def read_settings(environ: dict[str, str], **given: Any) -> Settings:
    """Settings from the process environment (`os.environ`), `given` ones first.

    `environ` is consulted for the per-service forms `ZHUCUN_<SERVICE>_POSTGRES_URL` and `ZHUCUN_<SERVICE>_URL`, and for
    `ZHUCUN_SECRETS_DIR`: a directory whose files `ZHUCUN_X` hold what the variables of those names would, so that no
    secret need stand in an environment. A variable that is set wins over its file.
    Raises SettingsError with one sentence per wrong setting.
    """
    filed = _filed(environ)
    known = filed | environ
    overrides = {
        f"{service}_{suffix}": known[f"ZHUCUN_{service.upper()}_{suffix.upper()}"]
        for service in SERVICES
        for suffix in ("postgres_url", "url")
        if known.get(f"ZHUCUN_{service.upper()}_{suffix.upper()}")
    }
    fields: dict[str, Any] = {name.removeprefix("ZHUCUN_").lower(): value for name, value in filed.items()}
    try:
        return Settings(overrides=overrides, **(fields | given))
    except ValidationError as error:
        raise SettingsError("; ".join(_sentence(item) for item in error.errors())) from error


def _filed(environ: dict[str, str]) -> dict[str, str]:
    """What the files of `ZHUCUN_SECRETS_DIR` say, without those whose variable is set."""
    directory = environ.get("ZHUCUN_SECRETS_DIR")
    if not directory:
        return {}
    try:
        files = [file for file in Path(directory).iterdir() if file.name.startswith("ZHUCUN_") and file.is_file()]
        return {file.name: file.read_text("utf-8").strip() for file in files if not environ.get(file.name)}
    except OSError as error:
        raise SettingsError(f"ZHUCUN_SECRETS_DIR: {directory} cannot be read: {error.strerror}") from error


def _sentence(error: Any) -> str:
    if not error["loc"]:
        return str(error["msg"]).removeprefix("Value error, ")
    return f"ZHUCUN_{str(error['loc'][0]).upper()}: {error['msg']}"
