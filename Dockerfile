FROM python:3.13-slim AS build
COPY . /source
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir /source

FROM python:3.13-slim
COPY --from=build /opt/venv /opt/venv
RUN useradd --create-home playground && install --directory --owner playground /data
VOLUME /data
USER playground
WORKDIR /home/playground
# The names under which browsers may ask for it. For others:
# docker run --env NEURAL_PLAYGROUND_ALLOWED_HOSTS=play.example.org …
ENV PATH=/opt/venv/bin:$PATH \
    NEURAL_PLAYGROUND_ALLOWED_HOSTS=localhost,127.0.0.1 \
    NEURAL_PLAYGROUND_DATA=/data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["neural-playground", "serve", "--host", "0.0.0.0", "--port", "8000"]
