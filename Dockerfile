FROM python:3.12-slim AS build

COPY requirements.lock /tmp/requirements.lock
RUN python -m venv /opt/unrolled \
    && /opt/unrolled/bin/python -m pip install --no-cache-dir --disable-pip-version-check --only-binary :all: \
        --require-hashes --requirement /tmp/requirements.lock \
    && /opt/unrolled/bin/python -m pip uninstall --yes setuptools pip

FROM python:3.12-slim

RUN useradd --no-log-init --no-create-home --shell /usr/sbin/nologin --uid 10001 unrolled \
    && python -m pip uninstall --yes --root-user-action ignore setuptools pip

COPY --from=build /opt/unrolled /opt/unrolled
WORKDIR /srv/unrolled
COPY app app
COPY static static
COPY templates templates

ENV PATH=/opt/unrolled/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/srv/unrolled/app \
    UNROLLED_HOST=0.0.0.0 \
    UNROLLED_PORT=8000

USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=15s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['UNROLLED_PORT'] + '/healthz', timeout=2)"]
CMD ["python", "-m", "unrolled"]
