"""The demonstration shop: a few pages, a pretended sign-in, and the shop server's one duty.

A real shop does what `identity` does here: for its own signed-in customer, sign a short-lived
token with the shared secret and hand it to the page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.errors import BadInput, NotFound
from app.mail import LocalMailbox
from app.sessions import sign_identity
from app.shop_catalogue import DemoShop
from dialogue.orders.views import CustomerView, ProductView

SESSION_KEY = "shop_customer"


def shop_pages(
    shop: DemoShop,
    secret: str,
    clock: Callable[[], datetime],
    letters: LocalMailbox | None = None,
) -> Blueprint:
    """The blueprint at `/shop`; with `letters`, anybody may read its mailbox there."""
    pages = Blueprint("shop", __name__, url_prefix="/shop")

    @pages.get("/")
    def index() -> str:
        category = request.args.get("category", "")
        return _page("shop/index.html", products=_cards(shop.products(category)), category=category)

    @pages.get("/products/<sku>")
    def product(sku: str) -> str:
        found = shop.product(sku)
        if found is None:
            raise NotFound("There is no such product.")
        return _page("shop/product.html", product=_card(found), category=found.department)

    @pages.post("/sign-in")
    def sign_in() -> AnyResponse:
        chosen = request.form.get("customer_id", "")
        if not chosen.isdecimal() or shop.customer(int(chosen[:9])) is None:
            raise BadInput("There is no such demonstration customer.")
        session[SESSION_KEY] = int(chosen[:9])
        return redirect(url_for("shop.index"), code=303)

    @pages.post("/sign-out")
    def sign_out() -> AnyResponse:
        session.pop(SESSION_KEY, None)
        return redirect(url_for("shop.index"), code=303)

    @pages.get("/identity")
    def identity() -> Response:
        found = shop.customer(session.get(SESSION_KEY))
        if found is None:
            return jsonify(token=None)
        return jsonify(token=sign_identity(secret, found.id, _name(found), clock()))

    @pages.get("/mailbox")
    def mailbox() -> str:
        if letters is None:
            raise NotFound("The mails of this shop are sent.")
        return _page("shop/mailbox.html", letters=letters.letters())

    def _page(template: str, **variables: object) -> str:
        signed_in = shop.customer(session.get(SESSION_KEY))
        return render_template(
            template,
            categories=shop.departments(),
            customer=_person(signed_in) if signed_in else None,
            demo_customers=[_person(one) for one in shop.customers()],
            **variables,
        )

    return pages


def _name(customer: CustomerView) -> str:
    return f"{customer.first_name} {customer.last_name}"


def _person(customer: CustomerView) -> dict[str, object]:
    return {"id": customer.id, "name": _name(customer)}


def _cards(products: list[ProductView]) -> list[dict[str, object]]:
    return [_card(product) for product in products]


def _card(product: ProductView) -> dict[str, object]:
    return {
        "name": product.name,
        "sku": product.sku,
        "category": product.department,
        "kind": product.category,
        "price_text": f"€{product.price_cents / 100:,.2f}",
        "description": product.description,
        "colours": list(dict.fromkeys(v.colour for v in product.variants if v.colour)),
        "sizes": list(dict.fromkeys(v.size for v in product.variants if v.size)),
        "in_stock": product.in_stock,
    }
