# One image for all of the lab: the services and the runner. docker-compose.yml says which of them
# a container is.
FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY . .
# The page is built; what only its building needs, and the Node for machines without one, goes.
RUN node node_modules/vite/bin/vite.js build --logLevel=warn web/page \
    && npm prune --omit=dev --omit=optional \
    && rm -rf node_modules/vite web/page

FROM node:26-bookworm-slim
WORKDIR /app
COPY --from=build /app ./
# Where the lab keeps its log, its store and PetStore's events, and osquery's server its keys; the
# rest may be read-only.
RUN mkdir /data /keys && chown 1000:1000 /data /keys
ENV NODE_ENV=production NODE_DISABLE_COMPILE_CACHE=1
USER 1000:1000
ENTRYPOINT ["node"]
CMD ["/app/runner/onelog.ts", "--help"]
