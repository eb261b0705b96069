# One image for every Airflow service of docker-compose.yml: Python and the locked packages.
# The project's own folders are mounted, so that they are the same here and under `make run`.
FROM python:3.11-slim

RUN useradd --uid 50000 --gid 0 --no-create-home --home-dir /opt/scheda scheda \
    && install -d -o scheda -g 0 -m 0775 \
        /opt/scheda /opt/scheda/var /opt/scheda/landing /opt/scheda/exports

WORKDIR /opt/scheda
COPY requirements-cluster.lock .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements-cluster.lock \
    && printf '#!/usr/local/bin/python\nfrom scheda.cli import main\n\nmain()\n' \
        > /usr/local/bin/scheda \
    && chmod 0755 /usr/local/bin/scheda

ENV PYTHONPATH=/opt/scheda/plugins \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SCHEDA_HOME=/opt/scheda \
    SCHEDA_VAR=/opt/scheda/var
USER scheda
CMD ["airflow", "version"]
