# The web server and the worker in one container. All data is in /data.
# The tag moves. To build the same image again, put the digest behind it (python:3.13-slim@sha256:…), which
# `docker buildx imagetools inspect python:3.13-slim` shows, and renew it for security updates.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 INSTANCE_DIR=/data HOST=0.0.0.0
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin shop \
    && install --directory --owner shop --mode 700 /data
COPY wsgi.py ./
COPY storefront storefront
COPY templates templates
COPY static static

# A number, so that an orchestrator can check that it is not root. The application's files belong to root.
USER 10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from os import environ; from urllib.request import urlopen; urlopen(f'http://127.0.0.1:{environ.get(\"PORT\", 8000)}/readyz', timeout=4)"]
CMD ["python", "-m", "storefront"]
