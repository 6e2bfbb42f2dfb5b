"""One-time offers of the demo shop."""

from storefront.models import Merchant, Question
from storefront.offers import AddonFields, OfferFields, TaxFields

WATERCOLOUR = """\
Two hours with brushes, good paper and a pot of tea. We paint one small landscape from start to finish, \
so everybody leaves with a picture of their own.

- **For whom:** beginners; nobody needs to know how to draw
- **What is there:** paper, paints, brushes, aprons
- **Where:** in the studio above the bakery, every Friday at six

Questions? [Write to Olena](mailto:olena@example.com).
"""

WATERCOLOUR_THANKS = """\
Your place is kept. **Come on Friday at six**, or ten minutes earlier for tea.

Wear something that may get a spot of blue.
"""

GARDEN = """\
A slow walk through a moss garden before the gates open, with Kenji, who has raked its gravel for twenty years.

1. We meet at the east gate at half past seven.
2. An hour and a half of walking, in any weather.
3. Matcha on the veranda.

> In rain the moss is at its best. Bring an umbrella.
"""

GARDEN_THANKS = """\
See you at the **east gate at 7:30**. If you can't find it, ring +81 00 0000 0000.
"""

POTTERY = """\
Чотири суботи за гончарним кругом: від першої грудки глини до власної чашки, випаленої й глазурованої.

- **Для кого:** для тих, хто пробує вперше
- **Що входить:** глина, інструменти, два випали
- **Де:** у майстерні Олени, щосуботи об одинадцятій

*Група невелика: шестеро людей.*
"""

POTTERY_THANKS = """\
Чекаємо вас **у суботу об одинадцятій**. Одягніться зручно, решта вже тут.
"""


def offers(olena: Merchant, kenji: Merchant) -> list[OfferFields]:
    """An offer in euros, one in yen, and a draft in Ukrainian."""
    return [
        OfferFields(
            title="Watercolour evening",
            slug="watercolour-evening",
            description=WATERCOLOUR,
            thank_you=WATERCOLOUR_THANKS,
            price="19.99",
            currency="EUR",
            merchant=olena,
            language="en",
            status="published",
            listed=True,
            max_quantity=4,
            tax=TaxFields(name="VAT", rate="19"),
            addons=(AddonFields("addons-0", "Three brushes to take home", "12"),),
            questions=(Question("Is there anything that you can’t eat or drink?"),),
        ),
        OfferFields(
            title="Morning walk in the moss garden",
            slug="moss-garden",
            description=GARDEN,
            thank_you=GARDEN_THANKS,
            price="4500",
            currency="JPY",
            merchant=kenji,
            language="en",
            status="published",
            listed=True,
            max_quantity=1,
        ),
        OfferFields(
            title="Гончарство для початківців",
            slug="honcharstvo",
            description=POTTERY,
            thank_you=POTTERY_THANKS,
            price="120",
            currency="EUR",
            merchant=olena,
            language="uk",
            status="draft",
            listed=True,
            max_quantity=1,
        ),
    ]
