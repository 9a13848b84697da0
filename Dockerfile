# Strata in one image; the command says what it is: `up`, `bot`, `worker`, or a one-off as `check`.
FROM node:24-bookworm-slim AS modules
WORKDIR /strata
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
# For probes by way of a bastion: ssh and ping. For tools that run here or behind a command of this host: the guard's Python.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates iputils-ping openssh-client netcat-openbsd python3 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /strata
COPY --from=modules /strata/node_modules node_modules
COPY package.json ./
COPY src src
USER node
ENV STRATA_CONFIG=/etc/strata/strata.yaml OS_CLIENT_CONFIG_FILE=/etc/strata/clouds.yaml \
    KUBECONFIG=/etc/strata/kubeconfig
# V8 lets young objects grow to three times as much; a worker that reads ten thousand pods stays below 300 MB so.
ENTRYPOINT ["node", "--max-semi-space-size=16", "src/cli/strata.ts"]
CMD ["up"]
