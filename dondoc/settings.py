"""What the environment decides (variables DONDOC_…), read once at the edge and handed down."""

import os
from collections.abc import Mapping
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from dondoc.errors import SettingWrong

PREFIX = "DONDOC_"
SMTP_SCHEMES = ("smtp", "smtp+starttls", "smtps")
IMAP_SCHEMES = ("imap", "imap+starttls", "imaps")
EXAMPLES = {
    "HOME": ".dondoc",
    "DATABASE_URL": "postgresql+psycopg://dondoc:secret@localhost/dondoc",
    "SMTP_URL": "smtp+starttls://user:secret@mail.example:587",
    "IMAP_URL": "imaps://user:secret@mail.example:993",
    "MAIL_TOKEN_COMMAND": "'/usr/local/bin/mail-token theodoi@mail.example'",
    "LETTERS_PER_MINUTE": "100",
    "LETTERS_PER_MINUTE_TO_A_DOMAIN": "20",
    "ZALO_URL": "'jsons://gateway.example/zalo?:to={phone}'",
    "SMS_URL": "'jsons://user:secret@gateway.example/sms?:to={phone}'",
    "ANSWER_SHEETS": "off",
    "FROM": "'Ban theo dõi <theodoi@mail.example>'",
    "BASE_URL": "https://dondoc.example",
    "SECRET_KEYS": "the-newest,the-one-before",
    "SECRET_KEY": "$(openssl rand -hex 32)",
    "PROXY_HEADER": "X-Forwarded-Email",
    "TRUSTED_PROXIES": "10.0.0.5,10.1.0.0/16",
    "REDIRECT_TO": "rehearsal@mail.example",
    "PLANS": "plan_definitions",
    "PREFECT_LANGUAGE": "en",
}


def _server(schemes: tuple[str, ...]) -> AfterValidator:
    def check(value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value.get_secret_value())
            known, host = parts.scheme in schemes, parts.hostname
            _ = parts.port  # reading it is what checks it
        except ValueError as error:
            raise ValueError("is no address of a server") from error
        if not known:
            raise ValueError(f"must begin with {', '.join(f'{scheme}://' for scheme in schemes)}")
        if not host:
            raise ValueError("names no host")
        return value

    return AfterValidator(check)


def _mailbox(value: str | None) -> str | None:
    if value is not None and "@" not in parseaddr(value)[1]:
        raise ValueError("holds no e-mail address")
    return value


def _listed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(one.strip() for one in value.split(",") if one.strip())


class Settings(BaseModel):
    """The settings in force; addresses that may carry a password are secret and never printed."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    home: Path = Path(".dondoc")
    """The folder of everything that dondoc keeps on this machine."""
    database_url: SecretStr = SecretStr("")
    """The ledger: `sqlite:///…` (the default, inside home) or `postgresql+psycopg://…`."""
    smtp_url: Annotated[SecretStr | None, _server(SMTP_SCHEMES)] = None
    """The mail server; without one, letters are written into `outbox_folder`."""
    imap_url: Annotated[SecretStr | None, _server(IMAP_SCHEMES)] = None
    """The mailbox to which answers and bounces come back."""
    answer_sheets: bool = True
    """Whether a spreadsheet to fill in goes with letters that ask for a form, where replies are collected."""
    mail_token_command: str | None = None
    """The program that prints an access token (XOAUTH2), for addresses of mail servers with a user and no password."""
    letters_per_minute: Annotated[int | None, Field(gt=0)] = None
    """How many letters a process sends in a minute at most."""
    letters_per_minute_to_a_domain: Annotated[int | None, Field(gt=0)] = None
    """How many of them to addresses of one domain."""
    zalo_url: SecretStr | None = None
    """The gateway that passes short texts on by Zalo: an address of apprise, `{phone}` standing for the number."""
    sms_url: SecretStr | None = None
    """The gateway that sends short texts as SMS, written in the same way."""
    sender: Annotated[str, AfterValidator(_mailbox)] = Field("Đôn đốc <dondoc@localhost>", alias="from")
    """Whom letters are from (DONDOC_FROM)."""
    base_url: str = "http://127.0.0.1:8765"
    """Where the portal is reached by those who get letters, without a slash at the end."""
    secret_keys: Annotated[tuple[SecretStr, ...], BeforeValidator(_listed)] = ()
    """Keys that sign links, newest first; the older ones are still accepted."""
    proxy_header: str | None = None
    """The header in which a reverse proxy says whom it has signed in, by e-mail address (DONDOC_PROXY_HEADER)."""
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_listed)] = ()
    """Where reverse proxies speak from: only they are believed about who asks, from which address, and over https."""
    redirect_to: Annotated[str | None, AfterValidator(_mailbox)] = None
    """In a rehearsal, the one address to which every letter goes."""
    plans: Path = Path("plan_definitions")
    """The folder of plan documents."""
    prefect_language: Literal["vi", "en"] | None = None
    """The language of what Prefect shows; without it, that of each organisation."""

    @property
    def outbox_folder(self) -> Path:
        """Where letters are written as .eml when no mail server is set."""
        return self.home / "outbox"

    @property
    def letters_folder(self) -> Path:
        """Where an organisation's own templates of letters lie; it need not be there."""
        return self.plans / "letters"

    @field_validator("base_url")
    @classmethod
    def _base_url_is_a_web_address(cls, value: str) -> str:
        if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc:
            raise ValueError("must begin with http:// or https:// and name a host")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_is_one_we_speak_to(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        scheme, colon, rest = url.partition("://")
        if scheme in {"postgres", "postgresql"}:  # as hosting companies hand it out
            return SecretStr(f"postgresql+psycopg{colon}{rest}")
        if url and scheme not in {"sqlite", "postgresql+psycopg"}:
            raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
        return value

    @model_validator(mode="after")
    def _proxy_is_known(self) -> Self:
        if self.proxy_header is not None and not self.trusted_proxies:
            raise SettingWrong(
                f"{PREFIX}PROXY_HEADER",
                f"needs {PREFIX}TRUSTED_PROXIES: anybody could send that header",
                f"{EXAMPLES['PROXY_HEADER']} {PREFIX}TRUSTED_PROXIES={EXAMPLES['TRUSTED_PROXIES']}",
            )
        return self

    @model_validator(mode="after")
    def _database_is_at_home_by_default(self) -> Self:
        if not self.database_url.get_secret_value():
            default = f"sqlite:///{(self.home / 'dondoc.db').absolute()}"
            object.__setattr__(self, "database_url", SecretStr(default))
        return self


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings that the environment asks for; an empty variable counts as unset.

    Raises:
        SettingWrong: for the first variable that cannot be understood.
    """
    environ = os.environ if environ is None else environ
    given = {name: environ[PREFIX + name].strip() for name in EXAMPLES if environ.get(PREFIX + name, "").strip()}
    if key := given.pop("SECRET_KEY", None):
        given.setdefault("SECRET_KEYS", key)
    try:
        return Settings.model_validate({name.lower(): value for name, value in given.items()})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=True)[0]
        name = str(first["loc"][0]).upper()
        why = first.get("ctx", {}).get("error", first["msg"])
        raise SettingWrong(PREFIX + name, str(why), EXAMPLES[name]) from None
