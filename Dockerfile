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
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["deno", "eval", "const r = await fetch(`http://127.0.0.1:${Deno.env.get('PORT')}/readyz`); Deno.exit(r.ok ? 0 : 1)"]
# No permission of the service covers the kernel's files of memory, so the shell reads them (see lib/process/memory_limit.ts).
CMD ["sh", "-c", "KERNEL_MEMORY=\"$(cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes /proc/meminfo 2>/dev/null | head -n 3)\" exec deno run --no-prompt --cached-only --allow-net --allow-env --allow-read=/app --allow-write=/app/data --allow-sys=hostname main.ts"]
