# Node 24 is what the tests of a release run on. For a build that never moves pin the patch or a digest:
# docker build --build-arg NODE_VERSION=24.x.y .
ARG NODE_VERSION=24

# The full image has a compiler, for the packages that find no built binary for their platform.
FROM node:${NODE_VERSION}-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY nest-cli.json tsconfig.json tsconfig.build.json ormconfig.ts ./
COPY scripts ./scripts
COPY migrations ./migrations
COPY libs ./libs
COPY apps ./apps
RUN npm run build
RUN npm prune --omit=dev
# A third of what is left serves tools and readers of sources.
RUN find node_modules -type f \( -name '*.map' -o -name '*.d.*ts' -o -name '*.md' ! -iname 'licen*' \) -delete \
  && rm -rf node_modules/typescript node_modules/better-sqlite3*/deps

FROM node:${NODE_VERSION}-bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
COPY config ./config
COPY deploy/docker/health.mjs ./health.mjs
# A named volume takes its owner from here.
RUN mkdir /data && chown 1000:1000 /data
VOLUME /data
ENV NODE_ENV=production DATA_DIR=/data DATABASE_URL=sqlite:////data/chatgpt.db
# By number, so that Kubernetes can tell that it is not root.
USER 1000:1000
EXPOSE 8000 9000 9001
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["node", "health.mjs"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "dist/apps/api/main.js"]
