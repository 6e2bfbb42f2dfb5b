# The web server and the worker in one container. All data is in /data.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 INSTANCE_DIR=/data HOST=0.0.0.0
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt \
    && useradd --system --uid 10001 shop \
    && install --directory --owner shop --mode 700 /data
COPY wsgi.py ./
COPY storefront storefront
COPY templates templates
COPY static static

USER shop
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from os import environ; from urllib.request import urlopen; urlopen(f'http://127.0.0.1:{environ.get(\"PORT\", 8000)}/readyz', timeout=4)"]
CMD ["python", "-m", "storefront"]
