#!/usr/bin/env bash
# Sets up pretix, a ticket shop made with Django, in FOLDER, and measures its shop page beside ours:
#
#     benchmarks/peers.sh FOLDER
#
# pretix comes from PyPI into a virtual environment of its own, with SQLite and one gunicorn process. A folder that is
# set up is used again. Afterwards `PEERS=FOLDER make bench` has the lines, too.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?usage: benchmarks/peers.sh FOLDER}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
export PRETIX_CONFIG_FILE="$folder/pretix.cfg" DJANGO_SETTINGS_MODULE=pretix.settings

if [ ! -e "$folder/complete" ]; then
    [ -x "$folder/venv/bin/python" ] || python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet --disable-pip-version-check pretix gunicorn
    mkdir -p "$folder/data"
    cat > "$PRETIX_CONFIG_FILE" <<CONFIG
[pretix]
instance_name=Bench
url=http://127.0.0.1:8345
currency=EUR
datadir=$folder/data
[database]
backend=sqlite3
[django]
debug=false
secret=only-for-measurements
CONFIG
    "$folder/venv/bin/python" -m pretix migrate
    "$folder/venv/bin/python" - <<EVENT
import datetime, decimal, django
django.setup()
from django_scopes import scopes_disabled
from pretix.base.models import Event, Organizer
with scopes_disabled():
    organizer = Organizer.objects.create(name="Studio", slug="studio")
    date = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=60)
    event = Event.objects.create(
        organizer=organizer, name="Watercolour evening", slug="evening", currency="EUR", date_from=date, live=True,
        plugins="pretix.plugins.banktransfer",
    )
    quota = event.quotas.create(name="Seats", size=100_000)
    for number in range(3):
        quota.items.add(event.items.create(name=f"Seat {number + 1}", default_price=decimal.Decimal("19.99")))
EVENT
    echo /studio/evening/ > "$folder/page"
    touch "$folder/complete"
fi
"$folder/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | grep -iE '^(pretix|django|gunicorn) '
PEERS="$folder" exec .venv/bin/python -m benchmarks --only peers
