package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import dev.relevo.pipeline.StepResult;
import dev.relevo.pipeline.StepResults;
import dev.relevo.report.Event;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A deploy that is killed, and the engine as its watchdog starts it. Pods of the local environment have no account's token, so
 * the watchdog's command line runs as a process here. It waits for a lease to run out: {@code -Drelevo.e2e.slow=true} asks for it.
 */
@EnabledIfSystemProperty(named = "relevo.e2e.slow", matches = "true")
class WatchdogIT {
    private static final String NAMESPACE = "watched";

    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void theWatchdogTakesBackWhatAKilledDeployLeft() throws Exception {
        try (Shop shop = new Shop(Site.local(folder), folder, NAMESPACE)) {
            Path project = project(shop);
            CommandLine.Ended first = new CommandLine(project).relevo("deploy", "-e", "here", "--strategy", "rolling");
            assertThat(first.status()).as(first.err()).isZero();
            assertThat(shop.names(Kind.JOB)).isEmpty();

            try (RelevoProcess killed = RelevoProcess.start(
                    project, Map.of(), "deploy", "-e", "here", "--set", "service.env.VERSION=two")) {
                killed.says(line -> line.contains("Waiting to be promoted"));
                List<KubeObject> jobs =
                        shop.cluster().list(Kind.JOB, NAMESPACE, Map.of()).items();
                assertThat(jobs).extracting(KubeObject::name).containsExactly("shop-watchdog-2");
                String[] words = StreamSupport.stream(
                                jobs.get(0)
                                        .at("/spec/template/spec/containers/0/args")
                                        .spliterator(),
                                false)
                        .map(JsonNode::asText)
                        .toArray(String[]::new);

                try (RelevoProcess watchdog = RelevoProcess.start(
                        folder, Map.of("KUBECONFIG", shop.kubeconfig().toString()), words)) {
                    watchdog.says(line -> line.contains("Waiting up to"));
                    killed.close();
                    assertThat(String.join("\n", watchdog.ended(0)))
                            .contains("release 2 was taken back, which no deploy did any more; release 1 serves");
                }
            }
            assertThat(shop.status().steady()).isTrue();
            assertThat(shop.history()).containsExactly("deployed", "rolled-back");
        }
    }

    private Path project(Shop shop) throws Exception {
        Path project = Files.createDirectories(folder.resolve("a project"));
        Files.writeString(project.resolve("relevo.yaml"), """
                app: shop
                image: {repository: "%s"}
                service: {replicas: 1, drainSeconds: 1, probes: {readiness: /ready}}
                deploy:
                  strategy: canary
                  watchdog: {image: "%s"}
                  canary: {steps: [{weight: 50, duration: 0s, awaitPromotion: 2m}]}
                environments:
                  here: {kubeconfig: "%s", namespace: %s}
                """.formatted(
                shop.image().substring(0, shop.image().indexOf('@')), shop.image(), shop.kubeconfig(), NAMESPACE));
        StepResults.of(project)
                .write(
                        new StepResults.Run("push", Event.Outcome.DONE, Instant.now(), Duration.ZERO),
                        Optional.of(new StepResult.Push(shop.image(), List.of(), 0, 0)),
                        Optional.empty());
        return project;
    }
}
