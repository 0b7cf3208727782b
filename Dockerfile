# Quoteboard in one image: built once, served with the least permissions, as a user without rights.
FROM denoland/deno:2.9.6

WORKDIR /app
COPY deno.json deno.lock .npmrc ./
RUN deno install --frozen

COPY . .
RUN deno task build && mkdir -p data && chown -R deno:deno data

USER deno
# From 1 MiB on, memory goes back to the system when it is free: that of a password's hash stays with glibc otherwise.
ENV HOST=0.0.0.0 PORT=8000 MALLOC_MMAP_THRESHOLD_=1048576
EXPOSE 8000
VOLUME /app/data
# `deno task health`. It starts a runtime of its own, so not often.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s \
  CMD ["deno", "run", "--quiet", "--no-prompt", "--cached-only", "--unsafely-ignore-certificate-errors", "-P=health", "tools/deploy/health.ts"]
# No permission of the service covers the kernel's files of limits, so the shell reads them (see lib/process/memory_limit.ts).
CMD ["sh", "-c", "KERNEL_LIMITS=\"$(cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes /proc/meminfo /proc/self/limits 2>/dev/null)\" exec deno run --no-prompt --cached-only --allow-net --allow-env --allow-read=/app --allow-write=/app/data --allow-sys=hostname main.ts"]
