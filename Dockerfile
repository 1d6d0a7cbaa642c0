# Builds assets and package with the same make that a developer uses, then keeps only what runs.
FROM python:3.13-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Packages first: they change more seldom than the sources.
COPY Makefile pyproject.toml requirements*.txt package.json package-lock.json .npmrc ./
COPY tools tools
RUN make node_modules/.package-lock.json
COPY . .
RUN make package
RUN python -m venv /opt/gatebook \
    && /opt/gatebook/bin/pip install --no-cache-dir --require-hashes -r requirements.txt \
    && /opt/gatebook/bin/pip install --no-cache-dir --no-deps dist/*.whl \
    && /opt/gatebook/bin/python -m compileall -q /opt/gatebook/lib

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin gatebook \
    && install -d -o gatebook -g gatebook -m 0700 /data
COPY --from=build /opt/gatebook /opt/gatebook
ENV PATH=/opt/gatebook/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    GATEBOOK_DATA=/data GATEBOOK_HOST=0.0.0.0 GATEBOOK_PORT=8000 GATEBOOK_LOG_FORMAT=json
USER gatebook
WORKDIR /data
# The book, its key and its backups; all else may be mounted read-only.
VOLUME /data
EXPOSE 8000 8443
# The feed ends first, then the queue, then the reads: give it time before a kill.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"GATEBOOK_PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["gatebook"]
CMD ["serve"]
