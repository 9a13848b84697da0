# Strata in one image; the command says what it is: `up`, `bot`, `worker` or a one-off as `check`.
FROM debian:12-slim AS modules
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /strata
COPY package.json package-lock.json ./
# With the development packages for one moment: Node 24 itself is one of them.
RUN npm ci --no-audit --no-fund \
  && cp -L node_modules/node/bin/node /usr/local/bin/node24 \
  && npm prune --omit=dev --no-audit --no-fund

FROM debian:12-slim
# For probes of what stands behind a bastion: ssh and ping in front, nothing more.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates iputils-ping openssh-client netcat-openbsd \
  && rm -rf /var/lib/apt/lists/* && useradd --system --create-home strata
WORKDIR /strata
COPY --from=modules /usr/local/bin/node24 /usr/local/bin/node
COPY --from=modules /strata/node_modules node_modules
COPY package.json ./
COPY src src
USER strata
ENV STRATA_CONFIG=/etc/strata/strata.yaml OS_CLIENT_CONFIG_FILE=/etc/strata/clouds.yaml
ENTRYPOINT ["node", "src/cli/strata.ts"]
CMD ["up"]
