"""Users, their roles and estates, their second factor, their sessions, and the buckets that slow guessing down."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.auth.devices import device_name
from crm.auth.permissions import RoleName
from crm.db import Base, Moment, Versioned


class Theme(StrEnum):
    system = "system"
    light = "light"
    dark = "dark"


class Department(Base):
    __tablename__ = "department"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)

    @property
    def version(self) -> str:
        """It has nothing but its name: forms carry the one they were opened on."""
        return self.name


class User(UserMixin, Versioned, Base):  # type: ignore[misc]
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    full_name: Mapped[str]
    password_hash: Mapped[str]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    all_estates: Mapped[bool] = mapped_column(default=False)
    chosen_estate_id: Mapped[int | None] = mapped_column(ForeignKey("estate.id"))
    locale: Mapped[str] = mapped_column(default="zh_CN")
    theme: Mapped[Theme] = mapped_column(default=Theme.system)
    created_at: Mapped[Moment]
    email: Mapped[str] = mapped_column(default="")
    quiet_from: Mapped[time | None]  # the own quiet hours, to `quiet_until`; None: the company's
    quiet_until: Mapped[time | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    password_changed_at: Mapped[Moment | None]  # None: the first one still stands
    second_factor: Mapped[bytes | None]  # the TOTP secret, sealed
    second_factor_since: Mapped[Moment | None]
    second_factor_step: Mapped[int] = mapped_column(default=0)  # the last step a code was taken for: none works twice

    department: Mapped[Department | None] = relationship(lazy="raise")
    roles: Mapped[list[UserRole]] = relationship(lazy="raise", cascade="all, delete-orphan")
    estates: Mapped[list[UserEstate]] = relationship(lazy="raise", cascade="all, delete-orphan")


class UserRole(Base):
    __tablename__ = "user_role"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[RoleName] = mapped_column(primary_key=True)


class UserEstate(Base):
    """An estate whose objects the user may see; `User.all_estates` stands above it."""

    __tablename__ = "user_estate"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estate.id"), primary_key=True)


class Supervision(Base):
    """A deputy general manager approves only for the departments supervised (clause L-33)."""

    __tablename__ = "supervision"
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)


class RecoveryCode(Base):
    """Stands in for the second factor once; kept as a keyed hash, since it is as random as a key."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[Moment | None]


class PasswordHistory(Base):
    """A password the user had before; the policy may say that it does not come back."""

    __tablename__ = "password_history"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    password_hash: Mapped[str]
    at: Mapped[Moment]


class LoginSession(Base):
    """A session lives here, not in the cookie: it can be listed and ended. The token is stored as its hash."""

    __tablename__ = "login_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    ended_at: Mapped[Moment | None]
    address: Mapped[str]
    agent: Mapped[str]
    confirmed_at: Mapped[Moment | None]  # when the password was last given in it

    @property
    def device(self) -> str:
        return device_name(self.agent)

    def lives(self, now: datetime, idle: timedelta, absolute: timedelta) -> bool:
        return self.ended_at is None and now < self.seen_at + idle and now < self.started_at + absolute


class TokenBucket(Base):
    """What is left of the tries for one key (an account, an address, both); refills with time."""

    __tablename__ = "token_bucket"
    __table_args__ = (CheckConstraint("tokens >= 0", name="tokens"),)
    key: Mapped[str] = mapped_column(primary_key=True)
    tokens: Mapped[float]
    filled_at: Mapped[Moment]


class LoginAttempt(Base):
    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_username_at", "username", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    username: Mapped[str]
    address: Mapped[str]
    outcome: Mapped[str]
