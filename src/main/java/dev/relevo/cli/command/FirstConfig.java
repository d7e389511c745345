package dev.relevo.cli.command;

import dev.relevo.config.RelevoConfig;

/** The text of a first relevo.yaml: what must be said, and as comments what most projects say next. */
final class FirstConfig {
    private FirstConfig() {}

    static String text(ProjectScan scan, String app, String repository) {
        StringBuilder text = new StringBuilder();
        text.append("# yaml-language-server: $schema=")
                .append(SchemaFile.REFERENCE)
                .append('\n');
        text.append("# Every key and its default: relevo config explain. The schema: relevo config schema.\n");
        text.append("apiVersion: ").append(RelevoConfig.API_VERSION).append('\n');
        text.append("app: ").append(app).append("\n\n");
        text.append("image:\n  repository: ").append(repository).append("\n\n");
        if (scan.dockerfile()) {
            text.append("# The Dockerfile is built where a container engine is found; builder: jib needs none.\n");
            text.append("# build:\n#   builder: jib\n\n");
        } else {
            text.append("# build:\n#   base: eclipse-temurin:17-jre\n#   jvmFlags: [-XX:MaxRAMPercentage=75]\n\n");
        }
        text.append("# The app's configuration: one immutable ConfigMap, named by its content.\n");
        text.append("# configmap:\n#   files: [config/]\n#   values: {LOG_LEVEL: info}\n\n");
        deploy(text, scan);
        String path = scan.readiness().orElse("/health");
        text.append("# What a new version must answer before it gets the traffic.\n");
        text.append("# verify:\n#   http:\n#     - {path: ").append(path).append(", status: 200}\n\n");
        text.append("# `local` is always there: a registry and a cluster on this machine. Others are named here.\n");
        text.append("# environments:\n#   prod:\n#     context: my-cluster\n#     namespace: ")
                .append(app)
                .append("\n#     deploy:\n#       strategy: canary\n");
        return text.toString();
    }

    private static void deploy(StringBuilder text, ProjectScan scan) {
        text.append("deploy:\n");
        scan.manifests()
                .ifPresent(folder -> text.append("  manifests: ").append(folder).append('\n'));
        text.append("  # rolling, blue-green, canary or big-bang\n  strategy: rolling\n\n");
        if (scan.manifests().isPresent()) {
            return;
        }
        text.append("# From this the Deployment and the Service are made.\nservice:\n  containerPort: ")
                .append(scan.port().orElse(8080))
                .append("\n  replicas: 2\n");
        scan.readiness()
                .ifPresentOrElse(
                        path -> text.append("  probes:\n    readiness: ")
                                .append(path)
                                .append('\n'),
                        () -> text.append("  # probes:\n  #   readiness: /health\n"));
        text.append('\n');
    }
}
