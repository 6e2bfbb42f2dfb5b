"""Recurring offers of the demo shop: a subscription, one with a free trial, and a payment plan."""

from storefront.models import Merchant
from storefront.offers import OfferFields, OptionFields

# The slug of the offer in the welcome text.
RECURRING = "box-of-colours"

BOX = """\
Once a month a flat box comes by post: three tubes of paint, paper that takes water well, and one small idea \
to begin with.

- **For whom:** anyone who likes to paint and never gets round to choosing colours
- **When:** in the first week of each month
- **How long:** until you cancel; what is paid still comes

The tubes are full size. After a year you own thirty-six of them.
"""

BOX_THANKS = """\
Your box leaves the studio **this week**.
"""

CLUB = """\
Щовівторка о сьомій вечора Олена малює перед камерою, а ви — разом із нею. Хто не встиг, дивиться запис.

- **Перші 14 днів безкоштовні:** спробуйте два вечори й вирішіть
- **Що потрібно:** аркуш, пензлик і фарби, які вже є вдома
- **Скасувати** можна будь-коли, одним натисканням на вашій сторінці
"""

CLUB_THANKS = """\
Раді вас бачити! Посилання на найближчий вечір прийде **до вівторка**.
"""

COURSE = """\
Двенадцать занятий за мольбертом: от первого наброска до натюрморта маслом, который не стыдно повесить дома.

- **Для кого:** для тех, кто давно хотел и всё откладывал
- **Что входит:** холсты, краски и чай
- **Когда:** по воскресеньям в полдень

Платить можно частями: три платежа, по одному в месяц, и больше ничего.
"""

COURSE_THANKS = """\
Место за вами. **Ждём вас в воскресенье в полдень**, мольберт уже стоит у окна.
"""


def offers(olena: Merchant) -> list[OfferFields]:
    """One offer in each language of the shop."""
    return [
        OfferFields(
            title="A box of colours",
            slug=RECURRING,
            description=BOX,
            thank_you=BOX_THANKS,
            price="24.90",
            currency="EUR",
            merchant=olena,
            language="en",
            status="published",
            listed=True,
            max_quantity=1,
            kind="recurring",
            option_label="Monthly",
            options=(OptionFields("options-0", "Yearly", "249", kind="recurring", interval="year"),),
        ),
        OfferFields(
            title="Акварельний клуб",
            slug="akvarelnyi-klub",
            description=CLUB,
            thank_you=CLUB_THANKS,
            price="9",
            currency="EUR",
            merchant=olena,
            language="uk",
            status="published",
            listed=True,
            max_quantity=1,
            kind="recurring",
            trial_days=14,
            cancellation="now",
        ),
        OfferFields(
            title="Масляная живопись с нуля",
            slug="maslyanaya-zhivopis",
            description=COURSE,
            thank_you=COURSE_THANKS,
            price="80",
            currency="EUR",
            merchant=olena,
            language="ru",
            status="published",
            listed=True,
            max_quantity=1,
            kind="plan",
            instalments=3,
        ),
    ]
