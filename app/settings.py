"""What whoever installs Gatebook may set: `GATEBOOK_*` variables or a TOML file."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource


class Settings(BaseSettings):
    """The settings of one process; docs/administrator.md lists each and a test keeps the two together."""

    model_config = SettingsConfigDict(env_prefix="GATEBOOK_", env_ignore_empty=True, extra="ignore")

    config: Path | None = Field(default=None, description="A TOML file with the same names in lower case.")
    data: Path = Field(default=Path("data"), description="Folder of the book, its key and its backups.")
    host: str = Field(default="0.0.0.0", description="Address to listen on.")  # noqa: S104 - tablets and phones must reach it
    port: int = Field(default=8000, ge=1, le=65535, description="Port to listen on.")
    https_port: int = Field(
        default=8443, ge=0, le=65535, description="Port of https, once there is a certificate; 0 leaves https out."
    )
    tls_cert: Path | None = Field(
        default=None, description="A certificate from elsewhere with its chain, PEM; instead of `gatebook tls init`."
    )
    tls_key: Path | None = Field(default=None, description="The key of that certificate, PEM, unencrypted.")
    database_url: str | None = Field(
        default=None, description="postgresql://… for a large office; without it the book is an encrypted file."
    )
    key: str | None = Field(default=None, description="The book's key, 64 hexadecimal digits, instead of the key file.")
    key_file: Path | None = Field(
        default=None, description="Where the book's key lies, instead of book.key in the folder."
    )
    public_url: str | None = Field(default=None, description="The address visitors' phones use; printed on the poster.")
    workers: int = Field(default=1, ge=1, le=64, description="App processes; more than one needs PostgreSQL.")
    trusted_proxies: str = Field(default="", description="Addresses of proxies whose X-Forwarded headers are believed.")
    log_format: str = Field(default="console", pattern="^(console|json)$", description="console or json.")
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="Least level that is logged."
    )
    max_body: int = Field(default=2_000_000, ge=10_000, description="Largest request body, in bytes.")
    max_import: int = Field(
        default=30_000_000, ge=10_000, description="Largest file of a tablet that reception reads in, in bytes."
    )
    queue_limit: int = Field(default=2_000, ge=1, description="Commands that may wait for the clerk; beyond it 503.")
    form_limit: int = Field(default=60, ge=1, description="Public declarations per address in ten minutes.")
    setup_token: str | None = Field(
        default=None,
        min_length=16,
        description="The one-time setup link's secret; random at each start where it is left out.",
    )
    metrics_token: str | None = Field(default=None, description="Bearer token for /metrics from other machines.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let a TOML file named by GATEBOOK_CONFIG stand behind the environment."""
        del dotenv_settings, file_secret_settings
        named = init_settings().get("config") or env_settings().get("config")
        if not named:
            return init_settings, env_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path(str(named)))

    @property
    def embedded(self) -> bool:
        """Whether the book is the encrypted file rather than a PostgreSQL database."""
        return self.database_url is None
