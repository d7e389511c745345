package dev.relevo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.relevo.cluster.Kind;
import dev.relevo.cluster.KubeObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void theWatchdogTakesBackWhatAKilledDeployLeft() throws Exception {
        try (Shop shop = new Shop(Site.local(folder), folder, "watched", design())) {
            shop.pushedFor(shop.project());
            CommandLine.Ended first =
                    new CommandLine(shop.project()).relevo("deploy", "-e", "here", "--strategy", "rolling");
            assertThat(first.status()).as(first.err()).isZero();
            assertThat(shop.names(Kind.JOB)).isEmpty();

            try (RelevoProcess killed = RelevoProcess.start(
                    shop.project(), Map.of(), "deploy", "-e", "here", "--set", "service.env.VERSION=two")) {
                killed.says(line -> line.contains("Waiting to be promoted"));
                List<KubeObject> jobs = shop.cluster()
                        .list(Kind.JOB, shop.namespace(), Map.of())
                        .items();
                assertThat(jobs).extracting(KubeObject::name).containsExactly("shop-watchdog-2");
                String[] words = StreamSupport.stream(
                                jobs.get(0)
                                        .at("/spec/template/spec/containers/0/args")
                                        .spliterator(),
                                false)
                        .map(JsonNode::asText)
                        .toArray(String[]::new);

                try (RelevoProcess watchdog = RelevoProcess.start(
                        folder, Map.of("KUBECONFIG", shop.deployerKubeconfig().toString()), words)) {
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

    private static Shop.Design design() {
        return Shop.Design.USUAL.deployed("""
                strategy: canary
                watchdog: {image: "registry.example/relevo"}
                canary: {steps: [{weight: 50, duration: 0s, awaitPromotion: 2m}]}
                """);
    }
}
