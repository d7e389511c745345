package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.relevo.e2e.CommandLine.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Builds of one app that come while another one deploys, each a process of its own. */
@Tag("any-cluster")
class WaitingBuildsIT {
    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void buildsWaitInLineAndPeopleSteerThemFromOtherProcesses() throws Exception {
        try (Told told = new Told();
                Shop shop = new Shop(Site.here(folder), folder, "builds")) {
            Path first = project(shop, "first");
            try (RelevoProcess initial = RelevoProcess.start(
                    first,
                    Map.of("TELL_URL", told.url()),
                    "deploy",
                    "-e",
                    "here",
                    "--strategy",
                    "rolling",
                    "--set",
                    "deploy.onInterrupt=finish")) {
                initial.says(line -> line.contains("done Apply Deployment/shop"));
                initial.interrupt();
                assertThat(String.join("\n", initial.ended(143)))
                        .contains("stopping: the deploy comes to its end first", "done Record release 1 as deployed");
            }

            try (RelevoProcess one = deploy(project(shop, "one"), told, "1")) {
                one.says(line -> line.contains("Waiting to be promoted"));

                Ended refused = relevo(first, "deploy", "--no-wait");
                assertThat(refused.status()).as(refused.err()).isEqualTo(10);
                assertThat(refused.err())
                        .contains("error RLV-703: Another deploy of [shop] in [" + shop.namespace()
                                + "] is running: held by ");

                try (RelevoProcess two = deploy(project(shop, "two"), told, "2")) {
                    assertThat(two.says(line -> line.contains("Waiting up to")))
                            .matches(
                                    ".*Waiting up to 60 s for the lock of \\[shop]: held by build-1@.* since .*; this one is next");
                    try (RelevoProcess three = deploy(project(shop, "three"), told, "3")) {
                        assertThat(String.join("\n", two.ended(10)))
                                .containsPattern(
                                        "error RLV-741: This deploy of \\[shop] is superseded by build-3@.* \\(build 3\\) since ");
                        assertThat(relevo(first, "status").out()).containsPattern("in line +build-3@.* \\(build 3\\)");

                        assertThat(relevo(first, "promote").status()).isZero();
                        one.ended(0);
                        three.says(line -> line.contains("Waiting to be promoted"));
                        Ended aborted = relevo(first, "abort");
                        assertThat(aborted.status()).as(aborted.err()).isZero();
                        assertThat(String.join("\n", three.ended(7)))
                                .contains("The deploy was aborted by ", "Cause: RLV-718");
                    }
                }
            }
            assertThat(shop.history()).containsExactly("superseded", "deployed", "rolled-back");
            assertThat(shop.status().steady()).isTrue();
            assertThat(shop.status().line()).isEmpty();
            // Build 1 tells of its success when it has given the lock back, while build 3 is already at work.
            assertThat(told.events())
                    .containsExactlyInAnyOrder("deployed 1", "waiting 2", "deployed 2", "waiting 3", "rolled-back")
                    .containsSubsequence("deployed 1", "waiting 2", "deployed 2")
                    .containsSubsequence("waiting 2", "waiting 3", "rolled-back");
        }
    }

    private static RelevoProcess deploy(Path project, Told told, String build) throws IOException {
        return RelevoProcess.start(
                project,
                Map.of("BUILD_TAG", "build-" + build, "TELL_URL", told.url()),
                "deploy",
                "-e",
                "here",
                "--if-superseded",
                "abort",
                "--build-number",
                build);
    }

    /** A working copy with another version of the app, and what earlier steps have left. */
    private Path project(Shop shop, String version) throws IOException {
        Path project = Files.createDirectories(folder.resolve("a project " + version));
        Files.writeString(project.resolve("relevo.yaml"), """
                app: shop
                image: {repository: "%s"}
                service: {%sreplicas: 1, probes: {readiness: /ready}, env: {VERSION: %s}}
                deploy:
                  strategy: canary
                  lockWait: 1m
                  canary: {steps: [{weight: 50, duration: 0s, awaitPromotion: 2m}]}
                notify: {webhook: {urlFrom: TELL_URL}}
                environments:
                  here: {kubeconfig: "%s", namespace: %s}
                """.formatted(
                        shop.repository(), shop.site().drain(), version, shop.deployerKubeconfig(), shop.namespace()));
        shop.pushedFor(project);
        return project;
    }

    /** Who is told what becomes of the deploys. */
    private static final class Told implements AutoCloseable {
        private final List<String> events = Collections.synchronizedList(new ArrayList<>());
        private final HttpServer server;

        Told() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                JsonNode body = new ObjectMapper().readTree(exchange.getRequestBody());
                events.add((body.path("event").asText() + " "
                                + body.path("release").asText())
                        .strip());
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        }

        List<String> events() {
            return List.copyOf(events);
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static Ended relevo(Path project, String... words) {
        String[] all = java.util.stream.Stream.concat(
                        java.util.Arrays.stream(words), java.util.stream.Stream.of("-e", "here"))
                .toArray(String[]::new);
        return new CommandLine(project).relevo(all);
    }
}
