"""Signing in at the desk, and who may do what there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_login import (
    LoginManager,
    UserMixin,
    current_user,
    login_required,
    login_user,
    logout_user,
)
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from app.errors import BadInput
from app.limits import Limits
from app.models import Staff
from app.staff import StaffAccounts


class DeskUser(UserMixin):
    """A signed-in member of staff; the session's id carries the epoch that can end it."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff

    def get_id(self) -> str:
        """What the signed session cookie keeps."""
        return f"{self.staff.id}:{self.staff.session_epoch}"


class LoginForm(FlaskForm):
    """User name and password."""

    username = StringField("User name", validators=[DataRequired(), Length(max=120)])
    password = PasswordField("Password", validators=[DataRequired(), Length(max=200)])


class PasswordForm(FlaskForm):
    """The old password and a new one."""

    current = PasswordField("Current password", validators=[DataRequired(), Length(max=200)])
    new = PasswordField("New password", validators=[DataRequired(), Length(max=200)])


def staff_member() -> Staff:
    """The signed-in member of staff."""
    user: DeskUser = current_user
    return user.staff


def admin_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Only administrators pass; others are told so with 403."""

    @wraps(view)
    def guarded(*arguments: Any, **keywords: Any) -> Any:
        if staff_member().role != "admin":
            abort(403)
        return view(*arguments, **keywords)

    protected: Callable[..., Any] = login_required(guarded)
    return protected


def install_login(app: Flask, accounts: StaffAccounts) -> None:
    """Have Flask-Login find staff by their session cookie."""
    manager = LoginManager(app)
    manager.login_view = "desk_auth.login"
    manager.login_message = None
    manager.session_protection = "strong"

    @manager.user_loader
    def load(session_id: str) -> DeskUser | None:
        staff_id, _, epoch = session_id.partition(":")
        if not staff_id.isdecimal() or not epoch.isdecimal():
            return None
        staff = accounts.by_session(int(staff_id), int(epoch))
        return DeskUser(staff) if staff else None


def auth_pages(accounts: StaffAccounts, limits: Limits) -> Blueprint:
    """The blueprint with login, logout and change of password."""
    pages = Blueprint("desk_auth", __name__, url_prefix="/desk")

    @pages.get("/login")
    def login() -> str | Response:
        if current_user.is_authenticated:
            return redirect(url_for("desk.conversation_list"))
        return render_template("desk/login.html", form=LoginForm())

    @pages.post("/login")
    @limits.per_address("10 per minute; 60 per hour")
    @limits.per_form_field("username", "5 per minute; 30 per hour")
    def sign_in() -> Response | tuple[str, int]:
        form = LoginForm()
        if form.validate_on_submit():
            staff = accounts.check(form.username.data or "", form.password.data or "")
            if staff is not None:
                login_user(DeskUser(staff))
                return redirect(_safe_next() or url_for("desk.conversation_list"))
            flash("That user name and password do not go together.", "error")
        return render_template("desk/login.html", form=form), 401

    @pages.post("/logout")
    @login_required
    def logout() -> Response:
        logout_user()
        return redirect(url_for("desk_auth.login"))

    @pages.route("/password", methods=["GET", "POST"])
    @login_required
    @limits.per_address("20 per minute")
    def password() -> str | Response:
        form = PasswordForm()
        if form.validate_on_submit():
            staff = staff_member()
            if accounts.check(staff.username, form.current.data or "") is None:
                flash("The current password is wrong.", "error")
            else:
                try:
                    accounts.change_password(staff.id, form.new.data or "")
                except BadInput as error:
                    flash(str(error), "error")
                else:
                    logout_user()
                    flash("The password is changed; sign in with the new one.", "notice")
                    return redirect(url_for("desk_auth.login"))
        return render_template("desk/password.html", form=form)

    return pages


def _safe_next() -> str | None:
    """Where to go after signing in: a path of the desk, never another site."""
    target = request.args.get("next", "")
    parts = urlsplit(target)
    inside = not parts.scheme and not parts.netloc and parts.path.startswith("/desk/")
    return target if inside and "\\" not in target else None
