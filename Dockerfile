# The portal's one image: web, worker, beat and the one-shot commands differ by their command.
FROM node:24-slim AS front
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci

FROM python:3.13-slim
# Pango draws the PDF papers.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 900 --create-home portal
WORKDIR /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/base.txt
COPY --from=front /app/node_modules node_modules
COPY . .
# Neither needs a database. /data is the volume of uploads; the image itself stays read-only.
RUN python -m govit.translations \
    && python manage.py collectstatic --no-input --verbosity 0 \
    && install -d -o portal -g portal /data /data/media
USER portal
EXPOSE 8000
CMD ["gunicorn", "govit.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--no-control-socket"]
