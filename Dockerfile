# The gateway, with the emulator for its demo mode: docker build -t contactgraph . && docker run -p 4000:4000 contactgraph
# docs/deploy.md describes how to run it. scripts/replay-dockerfile.ts reads these lines, one instruction each, and does the same
# without Docker.
# An exact version still names an image that is built anew for updates of Debian. To pin its content, append the digest that
# `docker buildx imagetools inspect node:24.22.3-bookworm-slim` prints: node:24.22.3-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24.22.3-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM ${NODE_IMAGE}
# PID 1 has no default action for signals: tini passes them on, also before Node can handle them.
RUN apt-get update && apt-get install -y --no-install-recommends tini=0.19.* && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# A heap of half of the memory of the container leaves the other half to buffers, code and stacks.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 NODE_COMPILE_CACHE=.compile-cache NODE_OPTIONS=--max-old-space-size-percentage=50
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE schema.graphql ./
COPY src ./src
COPY emulator ./emulator
COPY examples ./examples
COPY bin ./bin
COPY scripts/node-runtime ./scripts/node-runtime
RUN mkdir -m 1777 .compile-cache
# A number, because Kubernetes cannot check of a name that it is not root.
USER 1000:1000
# Strips the types once and for all, for this user: each start takes 0.4 s of CPU less.
RUN PORT=0 DRAIN_DELAY_MS=0 node --input-type=module -e "await import('./src/main.ts'); process.kill(process.pid, 'SIGTERM')"
EXPOSE 4000 9464
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "src/main.ts"]
