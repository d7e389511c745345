package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.e2e.CommandLine.Ended;
import dev.relevo.pipeline.StepResult;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.Event;
import dev.relevo.telemetry.OtlpReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A migration as a Job of the app's own image, run between the old version's end and the new one's beginning. */
class HooksIT {
    private static final String NAMESPACE = "hooked";

    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void aMigrationRunsInTheClusterAndTheOldReleaseReturnsWhenItFails() throws Exception {
        Files.createDirectories(project());
        try (Shop shop = new Shop(Site.local(folder), folder, NAMESPACE);
                OtlpReceiver collector = new OtlpReceiver()) {
            pushed(shop.image());
            configured(shop, "one", "java, -version");
            Ended first = relevo("deploy");
            assertThat(first.status()).as(first.err()).isZero();
            assertThat(first.err()).contains("done Run hook [migrate] between", "Job/shop-hook-", " succeeded");
            assertThat(shop.names(Kind.JOB)).isEmpty();

            configured(shop, "two", "java, NoSuchMigration");
            Ended failed = relevo(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()), "deploy");
            assertThat(failed.status()).as(failed.err()).isEqualTo(7);
            assertThat(failed.err())
                    .contains(
                            "error RLV-701: Hook [migrate] between failed: Job/shop-hook-",
                            "Error: Could not find or load main class NoSuchMigration",
                            "Release 2 was rolled back; release 1 serves",
                            "Cause: RLV-743");
            assertThat(shop.status().steady()).isTrue();
            OtlpReceiver.Received span = collector.span("Run hook [migrate] between");
            assertThat(shop.cluster().list(Kind.JOB, NAMESPACE, Map.of()).items())
                    .as("the migration that stays to be looked at joins the trace")
                    .singleElement()
                    .satisfies(job -> assertThat(job.at("/spec/template/spec/containers/0/env")
                                    .toString())
                            .contains("\"TRACEPARENT\",\"value\":\"00-" + span.trace() + "-" + span.id() + "-"));

            Ended history = relevo("history", "--json");
            assertThat(history.out())
                    .containsSubsequence("\"release\" : 2", "\"name\" : \"migrate\"", "\"outcome\" : \"failed\"")
                    .containsSubsequence("\"release\" : 1", "\"name\" : \"migrate\"", "\"outcome\" : \"done\"");
        }
    }

    private Path project() {
        return folder.resolve("a project");
    }

    private void configured(Shop shop, String version, String migration) throws IOException {
        String repository = shop.image().substring(0, shop.image().indexOf('@'));
        Files.writeString(project().resolve("relevo.yaml"), """
                app: shop
                image: {repository: "%s"}
                service: {replicas: 1, drainSeconds: 1, probes: {readiness: /ready}, env: {VERSION: %s}}
                deploy:
                  strategy: big-bang
                  bigBang:
                    before:
                      name: migrate
                      timeout: 1m
                      job:
                        apiVersion: batch/v1
                        kind: Job
                        spec:
                          template:
                            spec:
                              restartPolicy: Never
                              containers: [{name: migrate, image: "%s", command: [%s]}]
                environments:
                  here: {kubeconfig: "%s", namespace: %s}
                """.formatted(
                        repository, version, repository, migration, shop.kubeconfig(), NAMESPACE));
    }

    /** As the step push leaves it. */
    private void pushed(String image) {
        StepResults.of(project())
                .write(
                        new StepResults.Run("push", Event.Outcome.DONE, Instant.now(), Duration.ZERO),
                        Optional.of(new StepResult.Push(image, List.of(), 0, 0)),
                        Optional.empty());
    }

    private Ended relevo(String... words) {
        return relevo(Map.of(), words);
    }

    private Ended relevo(Map<String, String> variables, String... words) {
        return new CommandLine(project(), variables)
                .relevo(java.util.stream.Stream.concat(
                                java.util.Arrays.stream(words), java.util.stream.Stream.of("-e", "here"))
                        .toArray(String[]::new));
    }
}
