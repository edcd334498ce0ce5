# The packages of production only; their install scripts and npm's cache stay in this stage.
FROM docker.io/library/node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force

# The server packed into a few files, and their compiled code, for a quick start. The bundler's version is that of package.json.
FROM packages AS bundle
# hadolint ignore=DL3016
RUN npm install --prefix scripts --no-save "rolldown@$(node -p "require('./package.json').devDependencies.rolldown")"
COPY scripts/bundle.mjs scripts/
COPY routes routes
COPY src src
RUN mkdir node_modules/.cache && chown 1000:1000 node_modules/.cache
USER 1000:1000
RUN node scripts/bundle.mjs --for-good

FROM docker.io/library/node:24-slim
ENV NODE_ENV=production \
    SMALTI_HOST=0.0.0.0 \
    NODE_COMPILE_CACHE=/app/node_modules/.cache/compiled
COPY --from=packages /app/node_modules /app/node_modules
COPY --from=bundle /app/node_modules/.cache /app/node_modules/.cache
COPY package.json LICENSE openapi.yaml /app/
COPY routes /app/routes
COPY src /app/src
# Mosaics and COGs are mounted here; relative assets are looked for here too. Nothing is ever written.
WORKDIR /data
USER 1000:1000
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${Number(process.env.SMALTI_PORT) || 8000}/healthz`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
# Exec form: node is process 1 and gets the signals. Little room for young objects: what is large lies outside of the heap.
ENTRYPOINT ["node", "/app/src/main.ts"]
CMD ["--allow", "/data"]
