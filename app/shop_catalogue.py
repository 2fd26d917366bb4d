"""What the demonstration shop's pages show: products, and the customers one may pretend to be."""

from __future__ import annotations

from sqlalchemy import Engine, select

from dialogue.orders.catalogue import SqlCatalogue
from dialogue.orders.database import reading
from dialogue.orders.models import Product
from dialogue.orders.reading import product_view
from dialogue.orders.seed import demo_customers
from dialogue.orders.views import CustomerView, ProductView

SHOWN = 48


class DemoShop:
    """Reads the order database for the demonstration shop's pages."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._catalogue = SqlCatalogue(engine)

    def products(self, department: str = "") -> list[ProductView]:
        """The products of a department; of all of them, a mixture."""
        query = select(Product).order_by(Product.id)
        if department:
            query = query.where(Product.department == department)
        with reading(self._engine) as session:
            found = [product_view(row) for row in session.scalars(query)]
        step = max(1, -(-len(found) // SHOWN))
        return found[::step]

    def departments(self) -> list[str]:
        """The names of the departments."""
        with reading(self._engine) as session:
            query = select(Product.department).distinct().order_by(Product.department)
            return list(session.scalars(query))

    def product(self, sku: str) -> ProductView | None:
        """One product."""
        return self._catalogue.product(sku)

    def customers(self) -> tuple[CustomerView, ...]:
        """The demonstration customers: nobody else can be signed in as."""
        return demo_customers(self._engine)

    def customer(self, customer_id: object) -> CustomerView | None:
        """The demonstration customer with this number."""
        return next((one for one in self.customers() if one.id == customer_id), None)
