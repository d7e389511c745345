package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relevo.cluster.Kind;
import dev.relevo.e2e.CommandLine.Ended;
import dev.relevo.telemetry.OtlpReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A migration as a Job of the app's own image, run between the old version's end and the new one's beginning. */
@Tag("any-cluster")
class HooksIT {
    private static final String WORKS = "java, -version";
    private static final String FAILS = "java, NoSuchMigration";

    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void aMigrationRunsInTheClusterAndTheOldReleaseReturnsWhenItFails() throws Exception {
        Site site = Site.here(folder);
        try (Shop shop = new Shop(site, folder, "hooked", Shop.Design.USUAL.deployed(migration(site)));
                OtlpReceiver collector = new OtlpReceiver()) {
            shop.pushedFor(shop.project());
            Ended first = deploy(shop, "one", Map.of());
            assertThat(first.status()).as(first.err()).isZero();
            assertThat(first.err()).contains("done Run hook [migrate] between", "Job/shop-hook-", " succeeded");
            assertThat(shop.names(Kind.JOB)).isEmpty();

            replace(shop.project().resolve("relevo.yaml"), WORKS, FAILS);
            Ended failed = deploy(shop, "two", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()));
            assertThat(failed.status()).as(failed.err()).isEqualTo(7);
            assertThat(failed.err())
                    .contains(
                            "error RLV-701: Hook [migrate] between failed: Job/shop-hook-",
                            "Error: Could not find or load main class NoSuchMigration",
                            "Release 2 was rolled back; release 1 serves",
                            "Cause: RLV-743");
            assertThat(shop.status().steady()).isTrue();
            OtlpReceiver.Received span = collector.span("Run hook [migrate] between");
            assertThat(shop.cluster().list(Kind.JOB, shop.namespace(), Map.of()).items())
                    .as("the migration that stays to be looked at joins the trace")
                    .singleElement()
                    .satisfies(job -> assertThat(job.at("/spec/template/spec/containers/0/env")
                                    .toString())
                            .contains("\"TRACEPARENT\",\"value\":\"00-" + span.trace() + "-" + span.id() + "-"));

            Ended history = new CommandLine(shop.project()).relevo("history", "--json", "-e", "here");
            assertThat(history.out())
                    .containsSubsequence("\"release\" : 2", "\"name\" : \"migrate\"", "\"outcome\" : \"failed\"")
                    .containsSubsequence("\"release\" : 1", "\"name\" : \"migrate\"", "\"outcome\" : \"done\"");
        }
    }

    @Test
    @Timeout(180)
    void aMigrationWhosePodTheNamespaceDoesNotLetInIsNotWaitedFor() throws Exception {
        Site site = Site.here(folder);
        Shop.Design design = Shop.Design.USUAL.deployed(migration(site).replace("drop: [ALL]", "drop: []"));
        try (Shop shop = new Shop(site, folder, "denied", design)) {
            shop.pushedFor(shop.project());

            Ended denied = deploy(shop, "one", Map.of());

            assertThat(denied.err())
                    .contains("Hook [migrate] between failed: Pods are denied by the pod security level"
                            + " [restricted:latest]: unrestricted capabilities")
                    .contains("Cause: RLV-663");
        }
    }

    private static String migration(Site site) {
        return """
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
                            securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
                            containers:
                              - name: migrate
                                image: "%s/shop"
                                command: [%s]
                                securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                """.formatted(site.registry(), WORKS);
    }

    private static void replace(Path file, String from, String to) throws IOException {
        Files.writeString(file, Files.readString(file).replace(from, to));
    }

    private static Ended deploy(Shop shop, String version, Map<String, String> variables) {
        return new CommandLine(shop.project(), variables)
                .relevo("deploy", "-e", "here", "--set", "service.env.VERSION=" + version);
    }
}
